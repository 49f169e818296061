"""Kleene's three truths: what is unknown stays unknown, also under `not`.

Two-valued logic turns "not younger than 30 days" into "delete" for every
recording without a date; here only YES ever selects.
"""

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """Ordered so that `and` is the least and `or` the greatest of the parts."""

    NO = 0
    UNKNOWN = 1
    YES = 2


def known(claim: bool) -> Truth:
    """Turn what is known into YES or NO."""
    return Truth.YES if claim else Truth.NO


def all_of(truths: Iterable[Truth]) -> Truth:
    least = Truth.YES
    for truth in truths:
        if truth is Truth.NO:
            return truth
        least = min(least, truth)
    return least


def any_of(truths: Iterable[Truth]) -> Truth:
    most = Truth.NO
    for truth in truths:
        if truth is Truth.YES:
            return truth
        most = max(most, truth)
    return most


def opposite(truth: Truth) -> Truth:
    return Truth(Truth.YES - truth)
