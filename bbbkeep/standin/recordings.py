"""getRecordings: which recordings a call asks for, and the listing.

Rules from BigBlueButton 3.0's RecordingController, MeetingService and
XmlServiceImpl; parameters in, answer out.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping

from bbbkeep.standin.answers import Answer, checksum_error, server_error, xml
from bbbkeep.standin.parameters import Call, StrayPercentError, ids, integer
from bbbkeep.standin.site import Site

_DEFAULT_STATES = ("published", "unpublished")
_MAX_LIMIT = 100
_NONE_FOUND = "\n  <messageKey>noRecordings</messageKey>\n  <message>There are no recordings for the meeting(s).</message>"
_NOT_ALLOWED = (
    "<messageKey>noRecordings</messageKey><message>No recordings found. This may occur if you attempt to retrieve "
    "all recordings.</message>"
)
_STREAMED_FROM = 2_000


class EmptyFilterError(ValueError):
    """An empty meta filter met a recording that has the key: charAt(0) of "" throws."""


def get_recordings(site: Site, call: Call) -> Answer:
    """List recordings; without IDs, all of them."""
    if not site.accepts(call):
        return checksum_error()
    limit = integer(call.get("limit"))
    try:
        prefixes = _prefixes(call)
        if not prefixes and limit is None and "no-recordings" in site.faults:
            return xml(_NOT_ALLOWED)
        found = _matching(site, prefixes, call)
    except (StrayPercentError, EmptyFilterError):
        return server_error()
    return _listing(site, found) if limit is None else _page(site, found, limit, integer(call.get("offset")))


def _prefixes(call: Call) -> list[str]:
    """Turn IDs into record ID prefixes; a meeting ID is ignored beside a record ID."""
    if call.get("recordID"):
        return ids(call.get("recordID"))
    meetings = ids(call.get("meetingID"))
    return [hashlib.sha1(meeting.encode(), usedforsecurity=False).hexdigest() for meeting in meetings]


def _matching(site: Site, prefixes: list[str], call: Call) -> list[str]:
    filters = _filters(call.parameters)
    return [
        record_id
        for record_id, metadata in site.state.select(prefixes or [""], _states(call.get("state")))
        if not filters or _passes(json.loads(metadata), filters)
    ]


def _states(value: str) -> tuple[str, ...]:
    states = tuple(value.split(",")) if value else _DEFAULT_STATES
    return () if "any" in states else states


def _filters(parameters: Mapping[str, str]) -> dict[str, str]:
    """Collect meta filters; keys are looked up in lower case, so `meta_meetingName` never matches."""
    return {name[5:].lower(): value for name, value in parameters.items() if name.startswith("meta_")}


def _passes(metadata: Mapping[str, str], filters: Mapping[str, str]) -> bool:
    return all(key in metadata and _alike(metadata[key], wanted) for key, wanted in filters.items())


def _alike(value: str, wanted: str) -> bool:
    if not wanted:
        raise EmptyFilterError
    if wanted.startswith("%") and wanted.endswith("%"):
        return wanted.strip("%") in value
    if wanted.startswith("%"):
        return value.endswith(wanted[1:])
    return value.startswith(wanted[:-1]) if wanted.endswith("%") else value == wanted


def _page(site: Site, found: list[str], limit: int, offset: int | None) -> Answer:
    """Cut a page; an offset beyond the end is subList(from > to), which throws."""
    size = min(max(limit, 1), _MAX_LIMIT)
    start = max(offset or 0, 0)
    if start > len(found):
        return server_error()
    shown = found[start : start + size]
    return _listing(site, shown, f"\n  <totalElements>{_total(len(found), len(shown), size)}</totalElements>")


def _total(true_total: int, shown: int, size: int) -> int:
    """Count like Spring's PageImpl, made with page offset 0: a short page is taken for all there is."""
    return shown if shown and size > true_total else true_total


def _listing(site: Site, found: list[str], total: str = "") -> Answer:
    tail = f"\n  </recordings>{'' if found else _NONE_FOUND}{total}\n</response>"
    parts = _parts(site, found, tail)
    if len(found) > _STREAMED_FROM:
        return Answer(next(parts), rest=parts)
    return Answer(b"".join(parts))


def _parts(site: Site, found: list[str], tail: str) -> Iterator[bytes]:
    yield b"<response>\n  <returncode>SUCCESS</returncode>\n  <recordings>"
    for some in site.state.documents(found):
        yield some.encode()
    yield tail.encode()
