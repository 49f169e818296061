"""Which metadata keys a policy keeps recordings by, though no recording ever had them: misspelt, most likely."""

from collections.abc import Iterator, Mapping

from bbbkeep.ledger import metadata_keys
from bbbkeep.retention.keeping_keys import keeping_keys
from bbbkeep.retention.policy import Policy
from bbbkeep.site import Site


def never_seen(site: Site, policy: Policy) -> Mapping[str, str]:
    """Return those keys, and which protection or rule asks for each."""
    keys = keeping_keys(policy)
    with site.ledger.read() as conn:
        seen = metadata_keys.seen(conn, site.key, keys)
    return {key: asked for key, asked in sorted(keys.items()) if key not in seen}


def never_seen_in_words(keys: Mapping[str, str]) -> Iterator[str]:
    """Say each key in a sentence."""
    return (f"no recording ever had metadata {key}, by which {asked} keeps" for key, asked in keys.items())
