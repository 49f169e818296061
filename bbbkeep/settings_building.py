"""Turn bbbkeep.yaml as written into settings: absolute folders, secrets read, what a server inherits."""

import re
from dataclasses import dataclass
from pathlib import Path

from bbbkeep.api.address import normalise_url
from bbbkeep.errors import UsageError
from bbbkeep.settings_file import ConfigFile
from bbbkeep.settings_secrets import SecretReader, beside
from bbbkeep.settings_values import (
    LedgerSettings,
    NoticeSettings,
    OwnerSettings,
    Secret,
    ServerSettings,
    Settings,
)
from bbbkeep.strict_yaml import Document


def _pattern(written: str | None, document: Document) -> re.Pattern[str] | None:
    """Compile what other record IDs look like; what may go into a request is checked there once more."""
    where = ("other_record_ids",)
    try:
        pattern = re.compile(f"(?:{written})") if written else None
    except re.error as problem:
        raise document.fail(
            where, f"not a regular expression: {problem}", "write one like lecture-[0-9]+"
        ) from None
    if pattern is not None and pattern.fullmatch(""):
        raise document.fail(
            where, "it takes in an empty ID, which means every recording", "ask for a sign or more"
        )
    return pattern


def build(written: ConfigFile, secrets: SecretReader, state_dir: Path) -> Settings:
    """Return the settings that bbbkeep.yaml amounts to.

    Raises:
        ConfigError: what pydantic could not see: two names for one URL, a missing secret.
    """
    document, path = secrets.document, secrets.document.path
    file = _File(path, document, written, state_dir, secrets)
    servers: dict[str, ServerSettings] = {}
    for name in written.servers:
        server = _server(file, name)
        twin = next((other.name for other in servers.values() if other.url == server.url), None)
        if twin:
            raise document.fail(("servers", name, "url"), f"{twin} has this URL too", "one server, one name")
        servers[name] = server
    return Settings(
        origin=str(path),
        state_dir=state_dir,
        servers=servers,
        archive_dir=beside(path, written.archive_dir) or state_dir / "archive",
        keep_days=written.keep_days,
        ledger=_ledger(file),
        captions=written.captions.settings(),
        notices=_notices(file),
        owners=_owners(file),
        heartbeat_url=_heartbeat(file),
        metrics_file=beside(path, written.metrics_file),
        other_ids=_pattern(written.other_record_ids, document),
        secret_files=_secret_files(file),
    )


@dataclass(frozen=True, slots=True)
class _File:
    """bbbkeep.yaml as read, and the state folder that counts."""

    path: Path
    document: Document
    written: ConfigFile
    state_dir: Path
    secrets: SecretReader


def _server(file: _File, name: str) -> ServerSettings:
    server, everywhere = file.written.servers[name], file.written
    try:
        url = normalise_url(server.url)
    except UsageError as problem:
        raise file.document.fail(("servers", name, "url"), str(problem)) from None
    where = ("servers", name, "secret")
    return ServerSettings(
        name=name,
        url=url,
        secret=file.secrets.need(server.secret, where, "it should hold the server's shared secret"),
        checksum=server.checksum,
        profile=server.profile,
        ca_file=beside(file.path, server.ca_file),
        hosts=server.hosts,
        policy=beside(file.path, server.policy or everywhere.policy),
        guards=server.guards.settings().over(everywhere.guards.settings()),
        lang_map={**everywhere.lang_map, **server.lang_map},
        **_folders(file, name),
    )


def _folders(file: _File, name: str) -> dict[str, Path]:
    """Return a server's drop and report folders: below its name where there are several servers."""
    below = name if len(file.written.servers) > 1 else ""
    return {
        kind: (beside(file.path, getattr(file.written, kind)) or file.state_dir / kind.removesuffix("_dir"))
        / below
        for kind in ("captions_dir", "sheets_dir", "reports_dir")
    }


def _ledger(file: _File) -> LedgerSettings | None:
    part = file.written.ledger
    if part is None:
        return None
    where, remedy = ("ledger", "password"), "it should hold the database's password"
    return LedgerSettings(part.url, file.secrets.need(part.password, where, remedy) if part.password else "")


def _notices(file: _File) -> NoticeSettings:
    remedy = "it should hold an Apprise URL"
    return NoticeSettings(
        tuple(
            file.secrets.late(source, ("notices", "urls", index), remedy)
            for index, source in enumerate(file.written.notices.urls)
        )
    )


def _owners(file: _File) -> OwnerSettings | None:
    part = file.written.owners
    if part is None:
        return None
    remedy = "it should hold an Apprise URL with {address}"
    return OwnerSettings(
        metadata_key=part.metadata_key.lower(),
        url=file.secrets.late(part.url, ("owners", "url"), remedy),
        map_file=beside(file.path, part.map),
        template=beside(file.path, part.template),
        stages=tuple(sorted(set(part.stages), reverse=True)),
        required=part.required,
    )


def _secret_files(file: _File) -> dict[str, Path]:
    written = file.written
    sources = {f"servers.{name}": server.secret for name, server in written.servers.items()}
    sources |= {f"notices.urls.{index}": source for index, source in enumerate(written.notices.urls)}
    optional = {
        "ledger.password": written.ledger.password if written.ledger else None,
        "owners.url": written.owners.url if written.owners else None,
        "heartbeat_url": written.heartbeat_url,
    }
    sources |= {key: source for key, source in optional.items() if source is not None}
    files = {key: file.secrets.file_of(source) for key, source in sources.items()}
    return {key: path for key, path in files.items() if path is not None}


def _heartbeat(file: _File) -> Secret | None:
    source = file.written.heartbeat_url
    remedy = "it should hold the URL to fetch"
    return file.secrets.late(source, ("heartbeat_url",), remedy) if source else None
