"""The ways in which a server misbehaves: one entry each in one dict."""

from collections.abc import Iterable

from bbbkeep.errors import UsageError
from bbbkeep.standin.answers import Answer
from bbbkeep.standin.fault import Fault, Meddle, Proceed
from bbbkeep.standin.listing_faults import LISTING_FAULTS
from bbbkeep.standin.parameters import Call
from bbbkeep.standin.site import Site
from bbbkeep.standin.transport_faults import TRANSPORT_FAULTS
from bbbkeep.standin.write_faults import WRITE_FAULTS

CAPTION_FAULTS = {
    "slow-captions": Fault("an upload takes 10 minutes to be incorporated"),
    "dead-captions": Fault("uploads are accepted and never appear"),
    "stuck-captions": Fault("an upload to an unpublished recording stops all uploads after it, for good"),
    "rejecting-captions": Fault("every uploaded file is refused in silence, after SUCCESS"),
}
"""Looked up by name in `inbox.py`."""

FAULTS = {**TRANSPORT_FAULTS, **LISTING_FAULTS, **WRITE_FAULTS, **CAPTION_FAULTS}
"""Name of a fault -> what it does; of several, an earlier one has its way with what a later one left."""


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


def answered(site: Site, call: Call, answer: Proceed) -> Answer:
    """Answer a call through all the faults that this server has."""
    for name, fault in reversed(FAULTS.items()):
        if fault.meddle is not None and name in site.faults:
            answer = _around(site, fault.meddle, answer)
    return answer(call)


def _around(site: Site, meddle: Meddle, inner: Proceed) -> Proceed:
    return lambda call: meddle(site, call, inner)
