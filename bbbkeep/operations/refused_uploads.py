"""Look at uploads that the server refused: it may have taken them all the same.

Only the very cues that were sent count; any other track in their place is
somebody else's.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from bbbkeep.api.uploads import INVALID_LANG
from bbbkeep.ledger.uploads import Upload
from bbbkeep.operations.looking import look
from bbbkeep.operations.waiting_uploads import LOOKED_AT_FOR, items_by_key, key_of, store, uploads_in
from bbbkeep.plans.conclude import conclude
from bbbkeep.plans.run import RunRef
from bbbkeep.site import Site

LISTED_AFTER = timedelta(seconds=5)

THERE = "the server refused it, but lists it: read back, cue by cue"


def look_at_refused(site: Site, run: RunRef | None = None) -> int:
    """Look once at each upload that was refused of late, or in *run*; return how many are there.

    One of *run* that is there becomes verified in it.
    """
    found = 0
    for upload in _that_are_there(site, run):
        found += 1
        if run is not None:
            conclude(site, run, items_by_key(run.plan_path)[key_of(upload)], "verified", THERE)
    return found


def _that_are_there(site: Site, run: RunRef | None) -> Iterator[Upload]:
    refused, ours = uploads_in(site, "failed")
    left = [one for one in refused if _may_be_there(site, one, run)]
    if not left:
        return
    _let_it_appear(site, max(one.sent_at for one in left if one.sent_at))
    with site.reader() as reader:
        for upload in left:
            seen = look(site, reader, upload, ours)
            if seen.server_failed:
                return
            if seen.status == "verified":
                store(site, upload, replace(seen, because=THERE), ours)
                yield upload


def _let_it_appear(site: Site, sent_at: datetime) -> None:
    """Wait as long as a server without a queue takes to list what it has just taken."""
    wait = LISTED_AFTER - (site.clock.now() - sent_at)
    if wait > timedelta():
        site.clock.sleep(wait.total_seconds())


def _may_be_there(site: Site, upload: Upload, run: RunRef | None) -> bool:
    """Tell whether it was sent, not long ago; a language that the server can't parse gets nowhere."""
    if run is not None and key_of(upload) not in items_by_key(run.plan_path):
        return False
    late = site.clock.now() - LOOKED_AT_FOR
    return upload.sent_at is not None and upload.sent_at > late and INVALID_LANG not in upload.because
