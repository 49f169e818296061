"""The parts of bbbkeep.yaml: every key below another, its type and its default."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from bbbkeep.api.address import Checksum
from bbbkeep.model import Kind
from bbbkeep.settings_values import Caps, CaptionSettings, GuardSettings

ProfileName = Literal["auto", "bbb22", "bbb26", "bbb30", "scalelite", "bbblb", "recapi"]

# Without strict, `true` and "10" would pass for numbers, and "no" for false.
Count = Annotated[int, Field(strict=True, ge=0, le=10_000_000)]
Bytes = Annotated[int, Field(strict=True, ge=0)]
Percent = Annotated[float, Field(strict=True, ge=0, le=100)]
Days = Annotated[int, Field(strict=True, ge=1, le=3660)]
Flag = Annotated[bool, Field(strict=True)]

_TAG = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8})*", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})(?::[0-9]{1,5})?", re.ASCII)
_LEDGER_URL = "write it like postgresql://bbbkeep@db.example.org/bbbkeep; SQLite lies in the state folder"
_KEY = r"^[A-Za-z][A-Za-z0-9-]*$"
_ONE_SOURCE: dict[str, Any] = {"oneOf": [{"required": [source]} for source in ("env", "file", "credential")]}


def checked_tags(tags: dict[str, str]) -> dict[str, str]:
    """Return *tags* where both sides are language tags.

    Raises:
        ValueError: one is not.
    """
    for tag in (tag for pair in tags.items() for tag in pair):
        if not _TAG.fullmatch(tag) or len(tag) > 35:  # noqa: PLR2004 - RFC 5646, 4.4.1
            raise ValueError(f"{tag[:80]!r} is no language tag: write it like en or pt-BR")
    return tags


class Part(BaseModel):
    """A mapping of bbbkeep.yaml: what is not declared is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class SecretSource(Part):
    """Where a secret is read from: exactly one of three places."""

    model_config = ConfigDict(json_schema_extra=_ONE_SOURCE)

    env: str | None = None
    """An environment variable."""
    file: Path | None = None
    """A file that holds nothing else; readable by its owner alone."""
    credential: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._-]+$")
    """A credential of systemd (LoadCredential=)."""

    @model_validator(mode="after")
    def _exactly_one(self) -> "SecretSource":
        if sum(value is not None for value in (self.env, self.file, self.credential)) != 1:
            raise ValueError("name one of env, file, credential")
        return self


class CapsPart(Part):
    """The most that one action may take away, in one run and in any 24 hours."""

    count: Count | None = None
    """Recordings; default 50."""
    share_percent: Percent | None = None
    """Of the published and unpublished recordings; default 5."""
    bytes: Bytes | None = None
    """Of all their files, where the server tells; default: no limit."""

    def caps(self) -> Caps:
        return Caps(self.count, self.share_percent, self.bytes)


class GuardsPart(Part):
    """What a night may take away at most; a limit looser than the default needs the reason."""

    delete: CapsPart = CapsPart()
    unpublish: CapsPart = CapsPart()
    minimum_left: Count | None = None
    """At least so many published and unpublished recordings stay; default 1."""
    jump_percent: Percent | None = None
    """The most that their number may differ from last time's; default 20."""
    identity_percent: Percent | None = None
    """At least so many of last time's recordings are still known; default 50."""
    hold_list_shrunk_percent: Percent | None = None
    """The most that a hold list may have lost since last time; default 5."""
    reason: str = Field(default="", max_length=500)
    """Why a limit is looser than the default; reports and plans repeat it."""

    def settings(self) -> GuardSettings:
        return GuardSettings(
            delete=self.delete.caps(),
            unpublish=self.unpublish.caps(),
            minimum_left=self.minimum_left,
            jump_percent=self.jump_percent,
            identity_percent=self.identity_percent,
            hold_list_shrunk_percent=self.hold_list_shrunk_percent,
            reason=" ".join(self.reason.split()),
        )

    @model_validator(mode="after")
    def _a_reason_for_what_is_looser(self) -> "GuardsPart":
        settings = self.settings()
        if settings.loosened and not settings.reason:
            raise ValueError(
                f"{', '.join(settings.loosened)} looser than the default: add `reason:` and say why"
            )
        return self


class ServerPart(Part):
    """One server below `servers`."""

    url: str
    """The API's URL, as `bbb-conf --secret` prints it."""
    secret: SecretSource
    checksum: Checksum | None = None
    """The checksum's algorithm; default: SHA-256, then SHA-1."""
    profile: ProfileName = "auto"
    """What kind of server it is; auto: what its answers look like."""
    ca_file: Path | None = None
    """Certificates of your own authority, for https."""
    hosts: tuple[str, ...] = ()
    """Further hosts (`name` or `name:port`) that text tracks may be downloaded from."""
    policy: Path | None = None
    """This server's own policy."""
    guards: GuardsPart = GuardsPart()
    lang_map: dict[str, str] = Field(default_factory=dict)
    """Language tag -> the tag to send to this server for it."""

    @field_validator("hosts")
    @classmethod
    def _hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not _HOST.fullmatch(host):
                raise ValueError(f"{host[:80]!r} is no host: write it like media.example.org or name:8443")
        return tuple(host.lower() for host in hosts)

    @field_validator("lang_map")
    @classmethod
    def _tags(cls, tags: dict[str, str]) -> dict[str, str]:
        return checked_tags(tags)


class CaptionsPart(Part):
    """How caption files become text tracks."""

    kind: Kind = "captions"
    """What BigBlueButton's playback shows is `captions`."""
    deadline_minutes: int = Field(default=30, ge=1, le=1440, strict=True)
    """How long to wait for an uploaded track to appear, from the last one that did."""
    unsettled: int = Field(default=10, ge=1, le=1000, strict=True)
    """The most uploads a server that are accepted and have not appeared yet."""
    upload_to_unpublished: Flag = False
    """Upload to unpublished recordings too; they hold up the server's queue."""
    replace_foreign: Flag = False
    """Replace text tracks that are not ours: live, automatic, another's."""

    def settings(self) -> CaptionSettings:
        return CaptionSettings(**self.model_dump())


class NoticesPart(Part):
    """Where administrators are told of failures, tripped guards and plans that wait."""

    urls: tuple[SecretSource, ...] = ()
    """Apprise URLs (mailtos://..., matrixs://...); each is a secret, because it holds a password."""


class OwnersPart(Part):
    """How a recording's owner is told before it goes."""

    metadata_key: str = Field(pattern=_KEY, max_length=100)
    """The metadata key whose value is the owner: an address, or a name in `map`."""
    url: SecretSource
    """An Apprise URL with {address} where the owner's address goes."""
    map: Path | None = None
    """A CSV file with the columns owner and address."""
    template: Path | None = None
    """A text for the message."""
    stages: tuple[Days, ...] = Field(default=(30, 7, 1), min_length=1, max_length=10)
    """How many days before."""
    required: Flag = True
    """Do nothing to a recording whose owner could not be told."""


class LedgerPart(Part):
    """A ledger in PostgreSQL instead of the state folder."""

    url: str = Field(json_schema_extra={"pattern": "^postgresql://"})
    """postgresql://USER@HOST/NAME, without the password."""
    password: SecretSource | None = None

    @field_validator("url")
    @classmethod
    def _names_no_password(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            parts.port  # noqa: B018 - it is only read to hear whether it is one
        except ValueError:
            raise ValueError(_LEDGER_URL) from None
        if parts.scheme != "postgresql" or parts.path in ("", "/") or parts.fragment:
            raise ValueError(_LEDGER_URL)
        if parts.password is not None or "pass" in parts.query.lower():
            raise ValueError("the password has a key of its own: `password: {env: NAME}`")
        return url
