"""Faults of the listing: documents that are cut, spoilt or not what is there."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from bbbkeep.standin.answers import Answer
from bbbkeep.standin.fault import Fault, Proceed
from bbbkeep.standin.parameters import Call, integer
from bbbkeep.standin.site import Site
from bbbkeep.standin.undoing import undone

Spoil = Callable[[bytes], bytes]

_FORMAT = re.compile(rb"<format>(?:(?!</format>).)*</format>", re.DOTALL)


def _spoiling(spoil: Spoil) -> Callable[[Site, Call, Proceed], Answer]:
    """Spoil the first part of a listing; a long one may come in several."""

    def meddle(site: Site, call: Call, proceed: Proceed) -> Answer:  # noqa: ARG001  # the shape of a Meddle
        answer = proceed(call)
        if call.name != "getRecordings":
            return answer
        rest = None if answer.rest is None else _first_only(spoil, answer.rest)
        return replace(answer, body=spoil(answer.body), rest=rest)

    return meddle


def _first_only(spoil: Spoil, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield spoil(next(rest))
    yield from rest


def _with_control_characters(body: bytes) -> bytes:
    return body.replace(b"<name>", b"<name>\x0b&#x1;", 1)


def _with_unknown_entity(body: bytes) -> bytes:
    return body.replace(b"<name>", b"<name>&nbsp;", 1)


def _with_format_twice(body: bytes) -> bytes:
    return _FORMAT.sub(lambda found: found[0] * 2, body, count=1)


def _truncated(site: Site, call: Call, proceed: Proceed) -> Answer:
    answer = proceed(call)
    if call.name != "getRecordings" or site.turn("truncated-xml") % 3:
        return answer
    body = answer.whole()
    return replace(answer, body=body[: len(body) * 2 // 3], rest=None)


def _without_one(site: Site, call: Call, proceed: Proceed) -> Answer:
    """List as if the first recording were not there: what can't be parsed is left out, and only logged."""
    if call.name != "getRecordings":
        return proceed(call)
    with undone(site):
        for record_id in site.state.record_ids(("published",))[:1]:
            site.state.delete_row(record_id)
        answer = proceed(call)
        return replace(answer, body=answer.whole(), rest=None)


def _shifted(site: Site, call: Call, proceed: Proceed) -> Answer:
    """Page as if a recording came, and the next time as if one went, since the page before."""
    offset = integer(call.get("offset"))
    if call.name != "getRecordings" or not offset or offset < 0:
        return proceed(call)
    by = -1 if site.turn("shifted-pages") % 2 else 1
    return proceed(replace(call, parameters={**call.parameters, "offset": str(offset + by)}))


LISTING_FAULTS = {
    "truncated-xml": Fault("every 3rd listing ends in the middle, its length being right", _truncated),
    "control-character": Fault(
        "a listing holds characters that XML forbids", _spoiling(_with_control_characters)
    ),
    "bad-entity": Fault("a listing holds an entity that XML does not know", _spoiling(_with_unknown_entity)),
    "duplicate-format": Fault("a listing shows a format twice", _spoiling(_with_format_twice)),
    "missing-recording": Fault("listings leave out the first published recording", _without_one),
    "shifted-pages": Fault("entries move by one between pages, now forwards, now backwards", _shifted),
    "no-recordings": Fault("without IDs: SUCCESS, no <recordings> (allowFetchAllRecordings=false)"),
}
"""Name of a fault -> what it does."""
