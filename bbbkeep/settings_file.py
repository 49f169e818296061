"""The shape of bbbkeep.yaml: every key, its type and its default."""

import re
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bbbkeep.api.address import Checksum
from bbbkeep.errors import ConfigError, FileError
from bbbkeep.model import Kind
from bbbkeep.strict_yaml import Document, load


class Part(BaseModel):
    """A mapping of bbbkeep.yaml: what is not declared is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SecretSource(Part):
    """Where the shared secret is read from: exactly one of three places."""

    env: str | None = None
    file: Path | None = None
    credential: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._-]+$")

    @model_validator(mode="after")
    def _exactly_one(self) -> "SecretSource":
        if sum(value is not None for value in (self.env, self.file, self.credential)) != 1:
            raise ValueError("name one of env, file, credential")
        return self


class ServerPart(Part):
    """One server below `servers`."""

    url: str
    secret: SecretSource
    checksum: Checksum | None = None
    profile: Literal["bbb30"] = "bbb30"
    ca_file: Path | None = None
    policy: Path | None = None


class CaptionsPart(Part):
    """How caption files become text tracks."""

    kind: Kind = "captions"
    deadline_minutes: int = Field(default=30, ge=1, le=1440)


class ConfigFile(Part):
    """bbbkeep.yaml as written."""

    servers: dict[str, ServerPart] = Field(min_length=1)
    state_dir: Path | None = None
    captions_dir: Path | None = None
    sheets_dir: Path | None = None
    reports_dir: Path | None = None
    policy: Path | None = None
    captions: CaptionsPart = CaptionsPart()
    other_record_ids: str | None = None

    @field_validator("servers")
    @classmethod
    def _names_are_folders(cls, servers: dict[str, ServerPart]) -> dict[str, ServerPart]:
        for name in servers:
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}", name):
                raise ValueError(f"server name {name!r}: use letters, digits, - and _")
        return servers


def read(path: Path) -> tuple[ConfigFile, Document]:
    """Read and check bbbkeep.yaml.

    Raises:
        ConfigError: with file, line, column and remedy.
    """
    document = load(path, ConfigError)
    try:
        return ConfigFile.model_validate(document.data), document
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        # A misspelt key is also a missing one: what somebody wrote is the better place to point at.
        first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
        raise _failure(document, first["type"], first["msg"], tuple(first["loc"])) from None


def _failure(document: Document, kind: str, message: str, where: tuple[int | str, ...]) -> FileError:
    if kind == "extra_forbidden" and where in document.keys:
        return document.error(document.path, *_in_words(kind, message, where), *document.keys[where])
    return document.fail(where, *_in_words(kind, message, where))


def _in_words(kind: str, message: str, where: tuple[int | str, ...]) -> tuple[str, str]:
    name = ".".join(str(part) for part in where)
    if kind == "extra_forbidden":
        return f"unknown key {name}", "check its spelling and indentation"
    if kind == "missing":
        return f"{name} is missing", "add it"
    return f"{name}: {message.removeprefix('Value error, ')}", "see `bbbkeep init` for a commented example"
