"""The ways in which a server misbehaves: one entry each in one dict.

A fault without a function is looked up by name where it bites
(`recordings.py`, `changes.py`, `inbox.py`).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from bbbkeep.errors import UsageError
from bbbkeep.standin.answers import Answer, page
from bbbkeep.standin.site import WRITES, Site

Instead = Callable[[Site, str], Answer | None]
"""Site and call name -> an answer in place of the call, which then is not looked at."""

Spoil = Callable[[Site, str, Answer], Answer]
"""Site, call name and the right answer -> what goes out."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, with its line in `--help`."""

    summary: str
    instead: Instead | None = None
    spoil: Spoil | None = None


def _html_page(site: Site, name: str) -> Answer:  # noqa: ARG001  # the shape of an Instead
    return page(200, "Welcome to BigBlueButton")


def _bad_gateway(site: Site, name: str) -> Answer | None:  # noqa: ARG001  # same
    return page(502, "Bad Gateway") if site.turn("http-502") <= 3 else None  # noqa: PLR2004  # bbb-web restarting


def _too_many(site: Site, name: str) -> Answer | None:  # noqa: ARG001  # same
    return page(429, "Too Many Requests", Retry_After="1") if site.turn("rate-limit") % 5 == 0 else None


def _truncated(site: Site, name: str, answer: Answer) -> Answer:
    if name != "getRecordings" or site.turn("truncated-xml") % 3:
        return answer
    body = answer.whole()
    return replace(answer, body=body[: len(body) * 2 // 3], rest=None)


def _control_character(site: Site, name: str, answer: Answer) -> Answer:  # noqa: ARG001  # the shape of a Spoil
    if name != "getRecordings":
        return answer
    return replace(
        answer,
        body=_with_control_characters(answer.body),
        rest=None if answer.rest is None else _first_only(answer.rest),
    )


def _with_control_characters(body: bytes) -> bytes:
    return body.replace(b"<name>", b"<name>\x0b&#x1;", 1)


def _first_only(rest: Iterator[bytes]) -> Iterator[bytes]:
    yield _with_control_characters(next(rest))
    yield from rest


def _cut_mid_body(site: Site, name: str, answer: Answer) -> Answer:  # noqa: ARG001  # same
    if site.turn("reset") % 4:
        return answer
    body = answer.whole()
    return replace(answer, body=body, rest=None, cut=len(body) // 2)


def _answer_lost(site: Site, name: str, answer: Answer) -> Answer:  # noqa: ARG001  # same
    return replace(answer, cut=-1) if name in WRITES else answer


FAULTS = {
    "slow-captions": Fault("an upload takes 10 minutes to be incorporated"),
    "dead-captions": Fault("uploads are accepted and never appear"),
    "rejecting-captions": Fault("every uploaded file is refused in silence, after SUCCESS"),
    "lost-delete": Fault("deleteRecordings answers SUCCESS and deletes nothing"),
    "lost-update": Fault("updateRecordings answers SUCCESS and changes nothing"),
    "lost-publish": Fault("publishRecordings answers SUCCESS and moves nothing"),
    "html": Fault("a 200 HTML page in place of every answer", instead=_html_page),
    "http-502": Fault("the first 3 calls get 502 HTML", instead=_bad_gateway),
    "truncated-xml": Fault("every 3rd listing ends in the middle, its length being right", spoil=_truncated),
    "control-character": Fault("a listing holds characters that XML forbids", spoil=_control_character),
    "reset": Fault("every 4th answer breaks off in the middle", spoil=_cut_mid_body),
    "rate-limit": Fault("every 5th call gets 429 with Retry-After: 1", instead=_too_many),
    "answer-lost": Fault("a write is done, but the connection closes without an answer", spoil=_answer_lost),
    "no-recordings": Fault("without IDs: SUCCESS, no <recordings> (allowFetchAllRecordings=false)"),
}
"""Name of a fault -> what it does."""


def checked(names: Iterable[str]) -> frozenset[str]:
    """Return *names* as a set.

    Raises:
        UsageError: a name is not in FAULTS.
    """
    chosen = frozenset(names)
    unknown = sorted(chosen - FAULTS.keys())
    if unknown:
        raise UsageError(f"no such fault: {', '.join(unknown)}; there are {', '.join(FAULTS)}")
    return chosen


def instead(site: Site, name: str) -> Answer | None:
    """Ask each fault for an answer in place of the call's own."""
    for fault in _active(site):
        answer = fault.instead(site, name) if fault.instead else None
        if answer is not None:
            return answer
    return None


def spoiled(site: Site, name: str, answer: Answer) -> Answer:
    """Let each fault have its way with an answer."""
    for fault in _active(site):
        answer = fault.spoil(site, name, answer) if fault.spoil else answer
    return answer


def _active(site: Site) -> list[Fault]:
    return [fault for name, fault in FAULTS.items() if name in site.faults]
