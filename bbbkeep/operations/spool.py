"""The spool of converted files: each lies there until its track was read back.

One that the server refused is kept too: it may have been taken all the same.
"""

from datetime import datetime

from bbbkeep.ledger import uploads
from bbbkeep.site import Site


def empty_spool(site: Site, *, older_than: datetime) -> None:
    """Remove converted files that no upload waits for any more."""
    with site.ledger.read() as conn:
        sent = uploads.listing(conn, site.key)
    wanted = {one.webvtt_digest for one in sent if one.status in {"pending", "unverified", "failed"}}
    for path in site.spool_dir.glob("*.vtt"):
        if path.stem not in wanted and path.stat().st_mtime < older_than.timestamp():
            path.unlink(missing_ok=True)
