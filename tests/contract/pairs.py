"""Which promise meets which fault on which kind of server: all of them, or a few of each."""

from collections.abc import Collection, Iterator, Sequence

from contract.promise import Promise
from contract.suite import PROMISES

from bbbkeep.standin.faults import CAPTION_FAULTS, FAULTS
from bbbkeep.standin.write_faults import WRITE_FAULTS

Case = tuple[str, str, str]
"""Profile, fault, promise."""

_ONE_CALL = {"delete": "delete", "update": "metadata", "publish": "publish"}


def meets(fault: str, promise: Promise) -> bool:
    """Tell whether *fault* can touch what *promise* is about."""
    if fault in CAPTION_FAULTS:
        return promise.needs == "captions"
    if fault in WRITE_FAULTS:
        return promise.needs == _ONE_CALL.get(fault.rpartition("-")[2], promise.needs) and promise.writes
    return True


def all_cases(profiles: Collection[str]) -> Iterator[Case]:
    """Yield every promise with every fault that it can meet, on every kind of server."""
    for profile in profiles:
        for fault in FAULTS:
            yield from ((profile, fault, one.sentence) for one in PROMISES.values() if meets(fault, one))


def few_cases(profiles: Sequence[str]) -> list[Case]:
    """Choose one promise for each fault on every other kind of server, so that promises meet as many of both as they can."""
    chosen: list[Case] = []
    met: dict[tuple[str, str], int] = {}
    for number, fault in enumerate(FAULTS):
        fitting = [one.sentence for one in PROMISES.values() if meets(fault, one)]
        for profile in profiles[number % 2 :: 2]:
            sentence = min(
                fitting,
                key=lambda one: (met.get((fault, one), 0), met.get((profile, one), 0), met.get(("", one), 0)),
            )
            for pair in ((fault, sentence), (profile, sentence), ("", sentence)):
                met[pair] = met.get(pair, 0) + 1
            chosen.append((profile, fault, sentence))
    return chosen
