"""getRecordings: which recordings a call asks for, and the listing.

The rules lie in the dialect's Listing; here they are put one after another.
"""

import hashlib
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import replace

from bbbkeep.standin.answers import Answer, server_error
from bbbkeep.standin.dialect import Cut
from bbbkeep.standin.filters import BrokenFilterError, EmptyFilterError
from bbbkeep.standin.listed import FRESH
from bbbkeep.standin.paging import OvershootError
from bbbkeep.standin.parameters import Call, StrayPercentError, integer
from bbbkeep.standin.site import Site
from bbbkeep.standin.state import Found

_BROKEN = (
    "AttributeError(\"Neither 'BinaryExpression' object nor 'Comparator' object has an attribute 'as_text'\")"
)
_STREAMED_FROM = 2_000


def get_recordings(site: Site, call: Call) -> Answer:
    """List recordings; without IDs, all of them."""
    refusal = site.refusal(call)
    if refusal is not None:
        return refusal
    closed = site.dialect.listing.without_ids
    if closed is not None and not site.fetch_all_allowed and _asks_for_all(call):
        return closed
    try:
        return _listing(site, site.dialect.listing.paged(_matching(site, call), call))
    except BrokenFilterError:
        return site.dialect.style.failed("internalError", _BROKEN, 500)
    except (StrayPercentError, EmptyFilterError, OvershootError):
        return server_error()


def _asks_for_all(call: Call) -> bool:
    return (
        not any(call.get(name) for name in ("recordID", "meetingID")) and integer(call.get("limit")) is None
    )


def _matching(site: Site, call: Call) -> list[Found]:
    rules = site.dialect.listing
    prefixes, meetings = _asked_for(site, call)
    found = site.state.select(prefixes or [""], rules.states(call.get("state")), meetings)
    filters = _filters(site, call)
    passes = rules.passes
    if passes is None or not filters:
        return found
    return [one for one in found if passes(json.loads(one.metadata), filters)]


def _asked_for(site: Site, call: Call) -> tuple[list[str], list[str]]:
    """Turn IDs into record ID prefixes and meeting IDs."""
    rules = site.dialect.listing
    prefixes, meetings = rules.ids(call.get("recordID")), rules.ids(call.get("meetingID"))
    if not rules.by_hash:
        return prefixes, meetings
    hashed = [hashlib.sha1(meeting.encode(), usedforsecurity=False).hexdigest() for meeting in meetings]
    return (prefixes if call.get("recordID") else hashed), []


def _filters(site: Site, call: Call) -> dict[str, str]:
    """Collect meta filters; where keys are looked up in lower case, `meta_meetingName` never matches."""
    lowered = site.dialect.listing.keys_lowered
    return {
        name[5:].lower() if lowered else name[5:]: value
        for name, value in call.parameters.items()
        if name.startswith("meta_")
    }


def _listing(site: Site, cut: Cut) -> Answer:
    parts = _parts(site, cut)
    kind = site.dialect.style.content_type
    if len(cut.record_ids) > _STREAMED_FROM:
        return Answer(next(parts), kind, rest=parts)
    return Answer(b"".join(parts), kind)


def _parts(site: Site, cut: Cut) -> Iterator[bytes]:
    rules = site.dialect.listing
    if not cut.record_ids:
        yield (rules.nothing.format(behind=cut.behind)).encode()
        return
    yield rules.opening.encode()
    for some in _documents(site, cut):
        yield (re.sub(FRESH, _token, some) if FRESH in some else some).encode()
    yield rules.closing.format(behind=cut.behind).encode()


def _documents(site: Site, cut: Cut) -> Iterator[str]:
    if cut.formats is None:
        yield from site.state.documents(cut.record_ids)
        return
    for record_id, (first, beyond) in cut.formats.items():
        recording = site.state.recording(record_id)
        if recording is not None:
            yield site.state.written(replace(recording, formats=recording.formats[first:beyond]))


def _token(found: re.Match[str]) -> str:  # noqa: ARG001  # the shape of a replacement
    return secrets.token_hex(16)
