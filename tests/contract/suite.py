"""All promises, in the order in which they are told: reading first."""

from typing import get_args

from contract import captions, reading, writing
from contract.promise import ENTERED, Needs, Promise

ROOMS = (captions, reading, writing)
"""Importing them enters their promises."""

_ORDER = get_args(Needs)

PROMISES: dict[str, Promise] = dict(sorted(ENTERED.items(), key=lambda one: _ORDER.index(one[1].needs)))
"""Sentence -> promise."""
