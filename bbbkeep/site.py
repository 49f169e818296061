"""One server, opened for work: its settings, the ledger, the client, the clock.

A SiteRef is the same thing by name: plain strings that a task can carry
without carrying a secret.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bbbkeep.clock import Clock, SystemClock
from bbbkeep.ledger import servers
from bbbkeep.ledger.store import Ledger
from bbbkeep.model import RECORD_ID
from bbbkeep.settings import AUTO, ServerSettings, Settings, read_settings

if TYPE_CHECKING:
    from sqlalchemy import URL

    from bbbkeep.api.address import ServerAddress
    from bbbkeep.api.probing import Finding
    from bbbkeep.api.reading import Reader
    from bbbkeep.api.writing import Writer

UNKNOWN = "unknown"
"""The profile of a server that nobody has asked yet, or that answered like none that is known."""


@dataclass(frozen=True, slots=True)
class SiteRef:
    """Which server, by name; what a task is handed."""

    server: str
    config: str | None = None
    state_dir: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """One server with everything that work on it needs."""

    settings: Settings
    server: ServerSettings
    ledger: Ledger
    clock: Clock

    @property
    def key(self) -> str:
        """The server's key in the ledger: its normalised URL; its name is only a label."""
        return self.server.url

    @property
    def record_ids(self) -> re.Pattern[str]:
        """What a whole record ID looks like here."""
        others = self.settings.other_ids
        return re.compile(f"(?:{RECORD_ID.pattern})|(?:{others.pattern})") if others else RECORD_ID

    @property
    def plans_dir(self) -> Path:
        return self.settings.state_dir / "plans" / self.server.name

    @property
    def archive_dir(self) -> Path:
        """Where what was deleted or replaced on this server is kept for a while."""
        archive = self.settings.archive_dir
        # Settings that were not read from anywhere name no folder of their own.
        return (archive if archive != Path() else self.settings.state_dir / "archive") / self.server.name

    @property
    def spool_dir(self) -> Path:
        return self.settings.state_dir / "spool"

    @property
    def profile(self) -> str:
        """The profile's name, as bbbkeep.yaml says or as probing found; `unknown` until it has.  Asks no server."""
        if self.server.profile != AUTO:
            return self.server.profile
        with self.ledger.read() as conn:
            known = servers.get(conn, self.key)
        return (known.found if known else None) or UNKNOWN

    @contextmanager
    def unprofiled_reader(self) -> Iterator["Reader"]:
        """Open the half of the client that can't write, to find out what kind of server it is."""
        with self._reader(UNKNOWN) as reader:
            yield reader

    def settle_profile(self, *, older_than: timedelta | None = None) -> str:
        """Return the profile's name, and ask the server where it is not known, or not since *older_than*.

        Raises:
            BbbAuthError: the server refuses the secret.
            BbbUnavailableError: it can't be reached, or does not answer sensibly.
        """
        if self.server.profile != AUTO:
            return self.server.profile
        with self.ledger.read() as conn:
            known = servers.get(conn, self.key)
        if known and known.found and self._is_recent(known, older_than):
            return known.found
        with self.unprofiled_reader() as reader:
            finding = reader.probe()
        if known and known.found and not finding.certain:
            return known.found
        return self.remember_finding(finding)

    def _is_recent(self, known: servers.Server, older_than: timedelta | None) -> bool:
        """Whether what was found once will do; that nothing was recognised never does for long."""
        if older_than is None or known.found_at is None:
            return older_than is None
        return known.found != UNKNOWN and timedelta() <= self.clock.now() - known.found_at < older_than

    def remember_finding(self, finding: "Finding") -> str:
        """Write down what probing found, and return the profile that counts from now on."""
        now = self.clock.now()
        profile = finding.profile if self.server.profile == AUTO else self.server.profile
        version = finding.bbb_version or finding.api_version
        with self.ledger.write() as conn:
            servers.remember(conn, self.key, self.server.name, profile, now)
            servers.found(conn, self.key, finding.profile, finding.because, version, now)
        return profile

    def address(self, profile: str | None = None) -> "ServerAddress":
        """Return what it takes to speak to the server, under *profile* or the one that is known."""
        from bbbkeep.api.address import ServerAddress

        server = self.server
        return ServerAddress(
            name=server.name,
            url=server.url,
            secret=server.secret,
            checksum=server.checksum,
            profile=profile or self.profile,
            ca_file=server.ca_file,
            hosts=server.hosts,
        )

    @contextmanager
    def reader(self) -> Iterator["Reader"]:
        """Open the half of the client that can't write; the first time, find out what kind of server it is."""
        with self._reader(self.settle_profile()) as reader:
            yield reader

    @contextmanager
    def _reader(self, profile: str) -> Iterator["Reader"]:
        from bbbkeep.api.reading import Reader

        self.spool_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        others = self.settings.other_ids
        address = self.address(profile)
        with Reader(address, clock=self.clock, spool_dir=self.spool_dir, other_ids=others) as reader:
            yield reader

    @contextmanager
    def writer(self) -> Iterator["Writer"]:
        """Open the half of the client that writes; only plans/ asks for it."""
        from bbbkeep.api.writing import Writer

        address = self.address(self.settle_profile())
        with Writer(address, clock=self.clock, other_ids=self.settings.other_ids) as writer:
            yield writer


@contextmanager
def open_site(ref: SiteRef, clock: Clock | None = None) -> Iterator[Site]:
    """Open the server that *ref* names, and close its ledger afterwards."""
    settings = read_settings(
        Path(ref.config) if ref.config else None, Path(ref.state_dir) if ref.state_dir else None
    )
    with site_of(settings, ref.server, clock or SystemClock()) as site:
        yield site


@contextmanager
def site_of(settings: Settings, server: str | None, clock: Clock) -> Iterator[Site]:
    """Open one server of *settings*."""
    chosen = settings.server(server)
    with open_ledger(settings) as ledger:
        yield Site(settings, chosen, ledger, clock)


def open_ledger(settings: Settings) -> Ledger:
    """Open the ledger, where bbbkeep.yaml says or in the state folder; close it."""
    return Ledger.open(_ledger_of(settings))


def _ledger_of(settings: Settings) -> "Path | URL":
    elsewhere = settings.ledger
    if elsewhere is None:
        return settings.state_dir / "ledger.sqlite3"
    from sqlalchemy import make_url

    url = make_url(elsewhere.url).set(drivername="postgresql+psycopg")
    return url.set(password=elsewhere.password) if elsewhere.password else url
