"""Erase what is kept of persons for a while only: before-images, the archive, names of vanished recordings."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bbbkeep.errors import UsageError
from bbbkeep.ledger import before_images, inventory
from bbbkeep.plans import archive
from bbbkeep.site import Site


@dataclass(frozen=True, slots=True)
class Expired:
    """How much of each was erased."""

    before_images: int
    archived: int
    names: int


def expire(site: Site, *, now: datetime) -> Expired:
    """Erase what is older than `keep_days`; what was erased can't be undone any more.

    Raises:
        LedgerError, UsageError: the ledger or the archive can't be written.
    """
    moment = now - timedelta(days=site.settings.keep_days)
    with site.ledger.write() as conn:
        images = before_images.erase_before(conn, moment)
        names = inventory.erase_names(conn, site.key, moment)
    try:
        archived = archive.erase_before(site.archive_dir, moment)
    except OSError as error:
        raise UsageError(
            f"{site.archive_dir}: {error.strerror}: what is older than keep_days could not be erased"
        ) from error
    return Expired(images, archived, names)
