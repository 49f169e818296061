"""Read bbbkeep.yaml and the environment: the only module that does.

What comes out is frozen and complete: folders are absolute, secrets are read
and hidden from repr.  bbbkeep.yaml is looked for at `--config`,
`$BBBKEEP_CONFIG`, `./bbbkeep.yaml`, the user's configuration folder and
/etc/bbbkeep/; without one, `BBB_URL` and `BBB_SECRET` name a single server.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bbbkeep import settings_file
from bbbkeep.api.address import CHECKSUMS, Checksum, normalise_url
from bbbkeep.errors import ConfigError, UsageError
from bbbkeep.model import Kind
from bbbkeep.strict_yaml import Document

ENVIRONMENT_SERVER = "default"
"""The name of the server that BBB_URL stands for."""


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """One server and what to do there; `secret` never shows in repr."""

    name: str
    url: str
    secret: str = field(repr=False)
    checksum: Checksum | None = None
    profile: str = "bbb30"
    ca_file: Path | None = None
    policy: Path | None = None
    captions_dir: Path = Path()
    sheets_dir: Path = Path()
    reports_dir: Path = Path()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that was configured; `origin` says where it came from."""

    origin: str
    state_dir: Path
    servers: Mapping[str, ServerSettings]
    caption_kind: Kind = "captions"
    caption_deadline_minutes: int = 30
    other_ids: re.Pattern[str] | None = None

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


def read_settings(
    config: Path | None = None,
    state_dir: Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Read what is configured; *environ* is the process's own unless given.

    A bbbkeep.yaml that was named counts before BBB_URL, and BBB_URL before one
    that merely lies there.

    Raises:
        ConfigError: bbbkeep.yaml is wrong: file, line, remedy.
        UsageError: there is neither a bbbkeep.yaml nor BBB_URL and BBB_SECRET.
    """
    environment = os.environ if environ is None else environ
    named = config is not None or bool(environment.get("BBBKEEP_CONFIG"))
    path = find_config(config, environment) if named or not environment.get("BBB_URL") else None
    if path is None:
        return _from_environment(environment, state_dir)
    return _from_file(path, environment, state_dir)


def find_config(config: Path | None, environ: Mapping[str, str]) -> Path | None:
    """Return the bbbkeep.yaml that counts; one that was named must exist."""
    named = config or (Path(environ["BBBKEEP_CONFIG"]) if environ.get("BBBKEEP_CONFIG") else None)
    if named is not None:
        if not named.is_file():
            raise ConfigError(named, "there is no such file", "check --config or BBBKEEP_CONFIG")
        return named.absolute()
    places = (Path("bbbkeep.yaml"), _user_folder(environ, "XDG_CONFIG_HOME", ".config") / "bbbkeep.yaml")
    etc = Path("/etc/bbbkeep/bbbkeep.yaml")
    return next((place.absolute() for place in (*places, etc) if place.is_file()), None)


def _user_folder(environ: Mapping[str, str], variable: str, below_home: str) -> Path:
    """Return our folder below the user's; a variable with a relative path does not count (XDG base directories)."""
    named = Path(environ.get(variable, ""))
    home = Path(environ.get("HOME") or Path.home())
    return (named if named.is_absolute() else home / below_home) / "bbbkeep"


def _state_dir(given: Path | None, environ: Mapping[str, str], configured: Path | None) -> Path:
    variable = environ.get("BBBKEEP_STATE")
    chosen = given or (Path(variable) if variable else None) or configured
    return (chosen or _user_folder(environ, "XDG_STATE_HOME", ".local/state")).expanduser().absolute()


def _from_environment(environ: Mapping[str, str], state_dir: Path | None) -> Settings:
    missing = [name for name in ("BBB_URL", "BBB_SECRET") if not environ.get(name, "").strip()]
    if missing:
        raise UsageError(
            f"no bbbkeep.yaml was found and {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not set; "
            "run `bbbkeep init`, or set BBB_URL and BBB_SECRET (bbb-conf --secret prints both)"
        )
    folder = _state_dir(state_dir, environ, None)
    server = ServerSettings(
        name=ENVIRONMENT_SERVER,
        url=normalise_url(environ["BBB_URL"]),
        secret=environ["BBB_SECRET"].strip(),
        checksum=_checksum(environ.get("BBB_CHECKSUM", "")),
        captions_dir=folder / "captions",
        sheets_dir=folder / "sheets",
        reports_dir=folder / "reports",
    )
    return Settings(origin="the environment", state_dir=folder, servers={server.name: server})


def _checksum(name: str) -> Checksum | None:
    known = next((one for one in CHECKSUMS if one == name), None)
    if name and known is None:
        raise UsageError(f"BBB_CHECKSUM is {name!r}; use one of {', '.join(CHECKSUMS)}")
    return known


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


def _from_file(path: Path, environ: Mapping[str, str], state_dir: Path | None) -> Settings:
    written, document = settings_file.read(path)
    folder = _state_dir(state_dir, environ, _beside(path, written.state_dir))
    file = _File(path, document, written, folder)
    servers: dict[str, ServerSettings] = {}
    for name in written.servers:
        server = _server(file, name, environ)
        twin = next((other.name for other in servers.values() if other.url == server.url), None)
        if twin:
            raise document.fail(("servers", name, "url"), f"{twin} has this URL too", "one server, one name")
        servers[name] = server
    return Settings(
        origin=str(path),
        state_dir=folder,
        servers=servers,
        caption_kind=written.captions.kind,
        caption_deadline_minutes=written.captions.deadline_minutes,
        other_ids=_pattern(written.other_record_ids, document),
    )


@dataclass(frozen=True, slots=True)
class _File:
    """bbbkeep.yaml as read, and the state folder that counts."""

    path: Path
    document: Document
    written: settings_file.ConfigFile
    state_dir: Path


def _server(file: _File, name: str, environ: Mapping[str, str]) -> ServerSettings:
    server = file.written.servers[name]
    try:
        url = normalise_url(server.url)
    except UsageError as problem:
        raise file.document.fail(("servers", name, "url"), str(problem)) from None
    secret, missing = _secret(server.secret, file.path, environ)
    if not secret:
        raise file.document.fail(
            ("servers", name, "secret"), missing, "it should hold the server's shared secret"
        )
    return ServerSettings(
        name=name,
        url=url,
        secret=secret,
        checksum=server.checksum,
        profile=server.profile,
        ca_file=_beside(file.path, server.ca_file),
        policy=_beside(file.path, server.policy or file.written.policy),
        **_folders(file, name),
    )


def _beside(path: Path, other: Path | None) -> Path | None:
    return None if other is None else (path.parent / other.expanduser()).absolute()


def _folders(file: _File, name: str) -> dict[str, Path]:
    """Return a server's drop and report folders: below its name where there are several servers."""
    below = name if len(file.written.servers) > 1 else ""
    return {
        kind: (_beside(file.path, getattr(file.written, kind)) or file.state_dir / kind.removesuffix("_dir"))
        / below
        for kind in ("captions_dir", "sheets_dir", "reports_dir")
    }


def _secret(source: settings_file.SecretSource, config: Path, environ: Mapping[str, str]) -> tuple[str, str]:
    """Return the secret, or an empty one and what is missing."""
    if source.env is not None:
        return environ.get(source.env, "").strip(), f"the environment variable {source.env} is not set"
    file = _beside(config, source.file)
    if file is None:
        folder = environ.get("CREDENTIALS_DIRECTORY")
        if not folder:
            return "", "CREDENTIALS_DIRECTORY is not set; systemd sets it where LoadCredential= is used"
        file = Path(folder) / str(source.credential)
    try:
        return file.read_text(encoding="utf-8").strip(), f"{file} is empty"
    except (OSError, UnicodeDecodeError):
        return "", f"{file} can't be read"


def settle_prefect(state_dir: Path) -> None:
    """Let Prefect keep to itself when a flow runs without a server; call it before Prefect is imported.

    What the environment says already stands.  Its log would repeat ours, with
    tracebacks, and takes a second to empty; its first start takes up to 20
    seconds, which is its time-out.

    Raises:
        UsageError: the state folder can't be written to; Prefect would try for two minutes.
    """
    home = state_dir / "prefect"
    try:
        for folder in (state_dir, home):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(
            f"{home}: {error.strerror}; name a state folder that this user may write to"
        ) from error
    chosen = {
        "PREFECT_HOME": str(home),
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_SERVER_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    for name, value in chosen.items():
        os.environ.setdefault(name, value)
