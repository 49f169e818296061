"""Bring together who owners are, by bbbkeep.yaml, and what they were told, by the ledger."""

from bbbkeep.ledger import notices
from bbbkeep.notices.owners import read_map
from bbbkeep.retention.owners import Owners
from bbbkeep.site import Site

KIND = "owner"


def owners_of(site: Site) -> Owners | None:
    """Return who must be told before retention acts, and who was; None where no owner is told.

    Raises:
        ConfigError: the map of owners can't be read.
    """
    given = site.settings.owners
    if given is None:
        return None
    with site.ledger.read() as conn:
        told = notices.all_sent(conn, site.key, KIND)
    return Owners(given.metadata_key, read_map(given.map_file), given.stages, given.required, told)
