"""What it takes to address one server: its URL, its secret, its checksum.

Light: no request is made here, so settings and the command line may import it.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import SplitResult, urlsplit

from bbbkeep.errors import UsageError

Checksum = Literal["sha1", "sha256", "sha384", "sha512"]
CHECKSUMS: tuple[Checksum, ...] = get_args(Checksum)

_REMEDY = "give the URL that `bbb-conf --secret` prints, like https://bbb.example.org/bigbluebutton/api"
_HOST = re.compile(r"[a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\]")
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")
_PLAIN = re.compile(r"[A-Za-z0-9._~:/\[\]-]{1,200}")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """One server; `url` is normalised on the way in and is the server's key.

    `checksum` None means: try SHA-256, then SHA-1.  `hosts` names further
    hosts (`name` or `name:port`) that text tracks may be fetched from.
    Timeouts are in seconds.  Proxies that the environment names are not used:
    a signed URL opens the server to whoever reads it.
    """

    name: str
    url: str
    secret: str = field(repr=False)
    checksum: Checksum | None = None
    profile: str = "bbb30"
    ca_file: Path | None = None
    connect_timeout: float = 10
    read_timeout: float = 120
    hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", normalise_url(self.url))
        if not self.secret:
            raise UsageError(f"{self.name}: the secret is empty; a server without one lets everybody in")
        if self.checksum is not None and self.checksum not in CHECKSUMS:
            raise UsageError(f"{self.name}: checksum is {self.checksum!r}; use one of {', '.join(CHECKSUMS)}")
        if self.ca_file is not None and not self.ca_file.is_file():
            raise UsageError(f"{self.name}: ca_file {self.ca_file} does not exist")

    @property
    def key(self) -> str:
        """The server's identity in ledger, lease and events: its URL, not its name."""
        return self.url


def normalise_url(url: str) -> str:
    """Return the API's base URL, `scheme://host[:port]/bigbluebutton/api`.

    Takes it with or without `/api` or `/bigbluebutton/api`, and with slashes
    at its end.

    Raises:
        UsageError: not such a URL; the message never repeats credentials or a query.
    """
    if "://" not in url:
        raise UsageError(f"{_shown(url.strip())}begin a server's URL with https://; {_REMEDY}")
    parts = _split(url.strip())
    if parts.scheme not in _DEFAULT_PORTS:
        raise UsageError(
            f"a server's URL begins with https:// or http://, not {parts.scheme[:20]!r}; {_REMEDY}"
        )
    if "@" in parts.netloc:
        raise UsageError(f"a server's URL holds no user name or password; {_REMEDY}")
    if "?" in url or "#" in url:
        raise UsageError(f"a server's URL holds no query and no fragment; {_REMEDY}")
    return f"{parts.scheme}://{_host(parts)}{_port(parts)}{_path(parts.path)}"


def _shown(url: str) -> str:
    """Quote what holds neither credentials nor a query."""
    return f"{url}: " if _PLAIN.fullmatch(url) else ""


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        problem = UsageError(f"this is not a server's URL; {_REMEDY}")
    raise problem


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            host = ""
    host = f"[{host}]" if ":" in host else host
    if not _HOST.fullmatch(host):
        raise UsageError(f"a server's URL names a host; {_REMEDY}")
    return host


def _port(parts: SplitResult) -> str:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise UsageError(f"a server's port is a number from 1 to 65535; {_REMEDY}")
    return "" if port is None or port == _DEFAULT_PORTS[parts.scheme] else f":{port}"


def _path(path: str) -> str:
    trimmed = path.rstrip("/")
    if trimmed.endswith("/bigbluebutton") or not trimmed:
        trimmed = (trimmed or "/bigbluebutton") + "/api"
    if not trimmed.endswith("/bigbluebutton/api") or not _PATH.fullmatch(trimmed) or "/../" in trimmed:
        raise UsageError(f"the path of a server's URL ends in /bigbluebutton/api; {_REMEDY}")
    return trimmed
