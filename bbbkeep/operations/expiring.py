"""Erase what is kept of persons for a while only.

Before-images, the archive, names of vanished recordings, plans' files, and
the values of sheets; that something was done, and when, stays.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bbbkeep.errors import UsageError
from bbbkeep.ledger import before_images, inventory, plans, sheets
from bbbkeep.plans import archive
from bbbkeep.site import Site


@dataclass(frozen=True, slots=True)
class Expired:
    """How much of each was erased."""

    before_images: int
    archived: int
    names: int
    plans: int
    values: int


def expire(site: Site, *, now: datetime) -> Expired:
    """Erase what is older than `keep_days`, and mark plans that nobody applied in time.

    What was erased can't be undone any more.

    Raises:
        LedgerError, UsageError: the ledger or the archive can't be written.
    """
    moment = now - timedelta(days=site.settings.keep_days)
    with site.ledger.write() as conn:
        images = before_images.erase_before(conn, moment)
        names = inventory.erase_names(conn, site.key, moment)
        values = sheets.erase_values(conn, site.key, moment)
        plans.expire(conn, site.key, now)
        old = plans.made_before(conn, site.key, moment)
    try:
        archived = archive.erase_before(site.archive_dir, moment)
        erased = sum(_erase(Path(path)) for path in old)
    except OSError as error:
        raise UsageError(
            f"{error.filename}: {error.strerror}: what is older than keep_days could not be erased"
        ) from error
    return Expired(images, archived, names, erased, values)


def _erase(path: Path) -> bool:
    there = path.exists()
    path.unlink(missing_ok=True)
    return there
