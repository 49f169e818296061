"""What settings hold: servers, guards, captions, notices, the ledger's place, secrets.

Frozen and free of effects, so that every room may be handed them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TypeVar

from bbbkeep.api.address import Checksum
from bbbkeep.errors import FileError, UsageError
from bbbkeep.model import Kind

N = TypeVar("N", int, float)

AUTO = "auto"
"""Instead of a profile's name: as probing finds."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that only some commands need; where it is missing, only they stop."""

    text: str = field(default="", repr=False)
    missing: FileError | None = None

    def reveal(self) -> str:
        """Return the secret.

        Raises:
            ConfigError: it could not be read: file, line and remedy.
        """
        if self.missing is not None:
            raise self.missing
        return self.text


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that one action may take away, in one run and in any 24 hours; None: not said here."""

    count: int | None = None
    share_percent: float | None = None
    size_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class GuardSettings:
    """What bbbkeep.yaml says of one server's guards; None: not said here.

    Where the policy names a limit too, the tighter one counts; what neither
    names is as in STANDARD.  `reason` is never empty where a limit is looser
    than that.  A guard without a limit here can't be loosened: the complete
    sweep, the clock, a hold list that is missing.
    """

    delete: Caps = Caps()
    unpublish: Caps = Caps()
    minimum_left: int | None = None
    """At least so many published and unpublished recordings stay."""
    jump_percent: float | None = None
    """The most that their number may differ from the baseline's."""
    identity_percent: float | None = None
    """At least so many of the baseline's record IDs are still known."""
    hold_list_shrunk_percent: float | None = None
    """The most that a hold list may have lost."""
    reason: str = ""

    def over(self, other: "GuardSettings") -> "GuardSettings":
        """Return these settings, with *other*'s where nothing is said here."""
        return GuardSettings(
            delete=_over(self.delete, other.delete),
            unpublish=_over(self.unpublish, other.unpublish),
            minimum_left=_first(self.minimum_left, other.minimum_left),
            jump_percent=_first(self.jump_percent, other.jump_percent),
            identity_percent=_first(self.identity_percent, other.identity_percent),
            hold_list_shrunk_percent=_first(self.hold_list_shrunk_percent, other.hold_list_shrunk_percent),
            reason=self.reason or other.reason,
        )

    @property
    def loosened(self) -> tuple[str, ...]:
        """The limits that are looser than STANDARD's, as bbbkeep.yaml spells them."""
        found = [
            f"{action}.{cap}"
            for action in ("delete", "unpublish")
            for cap in ("count", "share_percent")
            if _above(getattr(getattr(self, action), cap), getattr(getattr(STANDARD, action), cap))
        ]
        upper = ("jump_percent", "hold_list_shrunk_percent")
        lower = ("minimum_left", "identity_percent")
        found += [name for name in upper if _above(getattr(self, name), getattr(STANDARD, name))]
        found += [name for name in lower if _above(getattr(STANDARD, name), getattr(self, name))]
        return tuple(found)


def _first(mine: N | None, other: N | None) -> N | None:
    return other if mine is None else mine


def _over(mine: Caps, other: Caps) -> Caps:
    pairs = ((getattr(mine, each.name), getattr(other, each.name)) for each in fields(Caps))
    return Caps(*(_first(one, two) for one, two in pairs))


def _above(one: float | None, two: float | None) -> bool:
    return one is not None and two is not None and one > two


STANDARD = GuardSettings(
    delete=Caps(count=50, share_percent=5.0),
    unpublish=Caps(count=50, share_percent=5.0),
    minimum_left=1,
    jump_percent=20.0,
    identity_percent=50.0,
    hold_list_shrunk_percent=5.0,
)
"""The limits where nothing is said; how many bytes go is not limited by default, because many servers name no sizes."""


@dataclass(frozen=True, slots=True)
class CaptionSettings:
    """How caption files become text tracks; which tag is sent for which is each server's own `lang_map`."""

    kind: Kind = "captions"
    deadline_minutes: int = 30
    unsettled: int = 10
    """The most uploads of one server that are accepted and not yet verified."""
    upload_to_unpublished: bool = False
    """Whether to upload to unpublished recordings, which hold up the server's queue."""
    replace_foreign: bool = False
    """Whether to replace a text track that is not ours: live, automatic, another's."""


@dataclass(frozen=True, slots=True)
class NoticeSettings:
    """Where administrators are told; each URL is one of Apprise's and holds a password."""

    urls: tuple[Secret, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnerSettings:
    """How a recording's owner is found and told.

    The owner is the value of `metadata_key`: an address, or a key of the CSV
    file `map_file` (owner,address).  `url` is an Apprise URL with {address}
    where the address goes.  `stages` are days before the action, the
    earliest first.  `template` is a text for the message.
    """

    metadata_key: str
    url: Secret
    map_file: Path | None = None
    template: Path | None = None
    stages: tuple[int, ...] = (30, 7, 1)
    required: bool = True
    """Whether nothing is done to a recording whose owner could not be told."""


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """A ledger that does not lie in the state folder: an SQLAlchemy URL without password, and the password."""

    url: str
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """One server and what to do there; `secret` never shows in repr."""

    name: str
    url: str
    secret: str = field(repr=False)
    checksum: Checksum | None = None
    profile: str = AUTO
    """A profile's name, or AUTO."""
    ca_file: Path | None = None
    hosts: tuple[str, ...] = ()
    """Further hosts that text tracks may be downloaded from."""
    policy: Path | None = None
    guards: GuardSettings = field(default_factory=GuardSettings)
    lang_map: Mapping[str, str] = field(default_factory=dict)
    """Language tag -> the tag that is sent to this server for it."""
    captions_dir: Path = Path()
    sheets_dir: Path = Path()
    reports_dir: Path = Path()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that was configured; `origin` says where it came from."""

    origin: str
    state_dir: Path
    servers: Mapping[str, ServerSettings]
    archive_dir: Path = Path()
    keep_days: int = 90
    """After so many days before-images, archive and names of vanished recordings are erased."""
    ledger: LedgerSettings | None = None
    """Where the ledger is; None: in the state folder."""
    captions: CaptionSettings = field(default_factory=CaptionSettings)
    notices: NoticeSettings = field(default_factory=NoticeSettings)
    owners: OwnerSettings | None = None
    heartbeat_url: Secret | None = None
    metrics_file: Path | None = None
    other_ids: re.Pattern[str] | None = None
    secret_files: Mapping[str, Path] = field(default_factory=dict)
    """Key of bbbkeep.yaml -> the file that its secret is read from."""

    @property
    def late_secrets(self) -> Mapping[str, Secret]:
        """Key of bbbkeep.yaml -> a secret that only some commands need."""
        named = {f"notices.urls.{index}": url for index, url in enumerate(self.notices.urls)}
        optional = {
            "heartbeat_url": self.heartbeat_url,
            "owners.url": self.owners.url if self.owners else None,
        }
        return {**named, **{key: secret for key, secret in optional.items() if secret is not None}}

    @property
    def secrets(self) -> frozenset[str]:
        """Everything that must be in no output: servers' secrets, the database's password, URLs of notices."""
        known = [one.secret for one in self.servers.values()]
        known += [one.text for one in self.late_secrets.values()]
        return frozenset(filter(None, [*known, self.ledger.password if self.ledger else ""]))

    def server(self, name: str | None) -> ServerSettings:
        """Return the server called *name*, or the only one.

        Raises:
            UsageError: no such server, or several and none was named.
        """
        if name is None and len(self.servers) == 1:
            return next(iter(self.servers.values()))
        if name is None or name not in self.servers:
            asked = "name one with --server" if name is None else f"there is no server {name!r}"
            raise UsageError(f"{asked}; {self.origin} has: {', '.join(self.servers)}")
        return self.servers[name]
