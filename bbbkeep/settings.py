"""Read bbbkeep.yaml and the environment: the only module that does.

What comes out is frozen and complete: folders are absolute, secrets are read
and hidden from repr.  bbbkeep.yaml is looked for at `--config`,
`$BBBKEEP_CONFIG`, `./bbbkeep.yaml`, the user's configuration folder and
/etc/bbbkeep/; without one, `BBB_URL` and `BBB_SECRET` name a single server.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from bbbkeep import settings_file
from bbbkeep.api.address import CHECKSUMS, Checksum, normalise_url
from bbbkeep.errors import ConfigError, UsageError
from bbbkeep.settings_building import build
from bbbkeep.settings_secrets import SecretReader, beside
from bbbkeep.settings_values import AUTO, ServerSettings, Settings

__all__ = (
    "AUTO",
    "ENVIRONMENT_SERVER",
    "ServerSettings",
    "Settings",
    "find_config",
    "read_settings",
    "settle_prefect",
)

ENVIRONMENT_SERVER = "default"
"""The name of the server that BBB_URL stands for."""


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
    written, document = settings_file.read(path)
    folder = _state_dir(state_dir, environment, beside(path, written.state_dir))
    return build(written, SecretReader(document, environment), folder)


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
    return Settings(
        origin="the environment",
        state_dir=folder,
        servers={server.name: server},
        archive_dir=folder / "archive",
    )


def _checksum(name: str) -> Checksum | None:
    known = next((one for one in CHECKSUMS if one == name), None)
    if name and known is None:
        raise UsageError(f"BBB_CHECKSUM is {name!r}; use one of {', '.join(CHECKSUMS)}")
    return known


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
