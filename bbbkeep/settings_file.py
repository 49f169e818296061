"""The shape of bbbkeep.yaml as a whole, and how it is read; `settings_parts.py` has its parts.

docs/bbbkeep.schema.json is generated from both: the text below a key is what
an editor shows.
"""

import json
import re
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field, ValidationError, field_validator

from bbbkeep.errors import ConfigError, FileError
from bbbkeep.settings_parts import (
    CaptionsPart,
    Days,
    GuardsPart,
    LedgerPart,
    NoticesPart,
    OwnersPart,
    Part,
    SecretSource,
    ServerPart,
    checked_tags,
)
from bbbkeep.strict_yaml import Document, did_you_mean, load

_SERVER_NAME = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"


def _servers_schema(schema: dict[str, Any]) -> None:
    schema["propertyNames"] = {"pattern": _SERVER_NAME}


class ConfigFile(Part):
    """bbbkeep.yaml: which servers, and where things lie; relative paths count from the file."""

    model_config = ConfigDict(title="bbbkeep.yaml")

    servers: dict[str, ServerPart] = Field(min_length=1, json_schema_extra=_servers_schema)
    """Name -> server; the name is for --server and reports."""
    state_dir: Path | None = None
    """Ledger, plans, archive and spool; default: the user's own state folder."""
    captions_dir: Path | None = None
    """Lay caption files here."""
    sheets_dir: Path | None = None
    """Lay CSV files with record_id,key,value here."""
    reports_dir: Path | None = None
    archive_dir: Path | None = None
    """What was there before a delete or a replaced text track; default: below the state folder."""
    keep_days: Days = 90
    """After so many days before-images, the archive and the names of vanished recordings are erased."""
    ledger: LedgerPart | None = None
    policy: Path | None = None
    """What may be deleted, for servers without a policy of their own."""
    guards: GuardsPart = GuardsPart()
    """For all servers; what a server says itself wins."""
    captions: CaptionsPart = CaptionsPart()
    lang_map: dict[str, str] = Field(default_factory=dict)
    """For all servers; what a server says itself wins."""
    notices: NoticesPart = NoticesPart()
    owners: OwnersPart | None = None
    heartbeat_url: SecretSource | None = None
    """Fetched after each finished night; a monitor that misses it tells you."""
    metrics_file: Path | None = None
    """A file NAME.prom for Prometheus' textfile collector."""
    other_record_ids: str | None = None
    """A regular expression for record IDs of another shape than BigBlueButton's own."""

    @field_validator("servers")
    @classmethod
    def _names_are_folders(cls, servers: dict[str, ServerPart]) -> dict[str, ServerPart]:
        for name in servers:
            if not re.fullmatch(_SERVER_NAME, name):
                raise ValueError(f"server name {name!r}: use letters, digits, - and _")
        return servers

    @field_validator("lang_map")
    @classmethod
    def _tags(cls, tags: dict[str, str]) -> dict[str, str]:
        return checked_tags(tags)


def schema_text() -> str:
    """Return the JSON Schema of bbbkeep.yaml, as docs/bbbkeep.schema.json holds it."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **ConfigFile.model_json_schema()}
    return json.dumps(schema, indent=2) + "\n"


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
        known = sorted({key for part in Part.__subclasses__() for key in part.model_fields})
        near = did_you_mean(str(where[-1]), known)
        return f"unknown key {name}", near if near.endswith("?") else "check its spelling and indentation"
    if kind == "missing":
        return f"{name} is missing", "add it"
    return f"{name}: {message.removeprefix('Value error, ')}", "see `bbbkeep init` for a commented example"
