"""One server, opened for work: its settings, the ledger, the client, the clock.

A SiteRef is the same thing by name: plain strings that a task can carry
without carrying a secret.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bbbkeep.clock import Clock, SystemClock
from bbbkeep.ledger.store import Ledger
from bbbkeep.model import RECORD_ID
from bbbkeep.settings import ServerSettings, Settings, read_settings

if TYPE_CHECKING:
    from sqlalchemy import URL

    from bbbkeep.api.address import ServerAddress
    from bbbkeep.api.reading import Reader
    from bbbkeep.api.writing import Writer


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
    def spool_dir(self) -> Path:
        return self.settings.state_dir / "spool"

    def address(self) -> "ServerAddress":
        from bbbkeep.api.address import ServerAddress

        server = self.server
        return ServerAddress(
            name=server.name,
            url=server.url,
            secret=server.secret,
            checksum=server.checksum,
            profile=server.profile,
            ca_file=server.ca_file,
            hosts=server.hosts,
        )

    @contextmanager
    def reader(self) -> Iterator["Reader"]:
        """Open the half of the client that can't write."""
        from bbbkeep.api.reading import Reader

        self.spool_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        others = self.settings.other_ids
        with Reader(self.address(), clock=self.clock, spool_dir=self.spool_dir, other_ids=others) as reader:
            yield reader

    @contextmanager
    def writer(self) -> Iterator["Writer"]:
        """Open the half of the client that writes; only plans/ asks for it."""
        from bbbkeep.api.writing import Writer

        with Writer(self.address(), clock=self.clock, other_ids=self.settings.other_ids) as writer:
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
    with Ledger.open(_ledger_of(settings)) as ledger:
        yield Site(settings, chosen, ledger, clock)


def _ledger_of(settings: Settings) -> "Path | URL":
    elsewhere = settings.ledger
    if elsewhere is None:
        return settings.state_dir / "ledger.sqlite3"
    from sqlalchemy import make_url

    url = make_url(elsewhere.url).set(drivername="postgresql+psycopg")
    return url.set(password=elsewhere.password) if elsewhere.password else url
