"""Faults of writes: what was said to be done was not, or only in part, or later, or was never said.

They let the call through and take back or change what it did, so that they
bite on every kind of server.
"""

from dataclasses import replace

from bbbkeep.standin.answers import Answer
from bbbkeep.standin.fault import Fault, Meddle, Proceed
from bbbkeep.standin.parameters import Call
from bbbkeep.standin.site import WRITES, Site
from bbbkeep.standin.undoing import undone

_LATE_MS = 3_000
_LONGEST_VALUE = 20


def _lost(*calls: str) -> Meddle:
    def meddle(site: Site, call: Call, proceed: Proceed) -> Answer:
        if call.name not in calls:
            return proceed(call)
        with undone(site):
            return proceed(call)

    return meddle


def _late(site: Site, call: Call, proceed: Proceed) -> Answer:
    """Answer now, and do the same call again later for good."""
    if call.name != "deleteRecordings":
        return proceed(call)
    with undone(site):
        answer = proceed(call)
    site.postponed.append((site.now_ms() + _LATE_MS, lambda: proceed(call)))
    return answer


def catch_up(site: Site) -> None:
    """Do what was put off and is due."""
    now = site.now_ms()
    due = [work for when, work in site.postponed if when <= now]
    site.postponed[:] = [one for one in site.postponed if one[0] > now]
    for work in due:
        work()


def _half(site: Site, call: Call, proceed: Proceed) -> Answer:  # noqa: ARG001  # the shape of a Meddle
    """Do the first half of the recordings, rounded down, and answer for all."""
    named = call.get("recordID").split(",")
    if call.name not in WRITES or len(named) < 2:  # noqa: PLR2004  # one has no half
        return proceed(call)
    return proceed(_with(call, recordID=",".join(named[: len(named) // 2])))


def _cut_values(site: Site, call: Call, proceed: Proceed) -> Answer:  # noqa: ARG001  # same
    if call.name != "updateRecordings":
        return proceed(call)
    return proceed(_with(call, **_shortened(call)))


def _shortened(call: Call) -> dict[str, str]:
    return {
        name: value[:_LONGEST_VALUE] for name, value in call.parameters.items() if name.startswith("meta_")
    }


def _with(call: Call, **changes: str) -> Call:
    return replace(call, parameters={**call.parameters, **changes})


def _answer_lost(site: Site, call: Call, proceed: Proceed) -> Answer:  # noqa: ARG001  # same
    answer = proceed(call)
    return replace(answer, cut=-1) if call.name in WRITES else answer


def _request_lost(site: Site, call: Call, proceed: Proceed) -> Answer:
    """Close the connection on every other write, before it is done."""
    if call.name in WRITES and site.turn("request-lost") % 2:
        return Answer(b"", cut=-1)
    return proceed(call)


WRITE_FAULTS = {
    "answer-lost": Fault("a write is done, but the connection closes without an answer", _answer_lost),
    "request-lost": Fault("every other write is not done, and the connection closes", _request_lost),
    "half-write": Fault("of several recordings a write does the first half, and says SUCCESS", _half),
    "lost-delete": Fault("deleteRecordings answers SUCCESS and deletes nothing", _lost("deleteRecordings")),
    "late-delete": Fault("deleteRecordings answers SUCCESS and deletes 3 seconds later", _late),
    "lost-update": Fault("updateRecordings answers SUCCESS and changes nothing", _lost("updateRecordings")),
    "short-update": Fault("updateRecordings stores 20 characters of each value", _cut_values),
    "lost-publish": Fault("publishRecordings answers SUCCESS and moves nothing", _lost("publishRecordings")),
}
"""Name of a fault -> what it does."""
