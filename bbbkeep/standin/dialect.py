"""In what the kinds of server differ: the record that `dialects.py` fills in once for each profile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bbbkeep.standin.answers import Answer
from bbbkeep.standin.checksum import ChecksumRules, Flaw
from bbbkeep.standin.parameters import Call, Reading
from bbbkeep.standin.state import Found
from bbbkeep.standin.store import Store
from bbbkeep.standin.style import Style

if TYPE_CHECKING:
    from bbbkeep.standin.site import Site

Operation = Callable[["Site", Call], Answer]
"""What answers a call."""

Passes = Callable[[Mapping[str, str], Mapping[str, str]], bool]
"""A recording's metadata and the meta filters, by key -> whether it is listed."""


@dataclass(frozen=True, slots=True)
class Route:
    """One call: the methods it is reached by, and what answers it."""

    methods: frozenset[str]
    operation: Operation


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long a request is, in bytes: its query, its path with the query, and its headers."""

    query: int
    target: int
    headers: int


@dataclass(frozen=True, slots=True)
class Front:
    """What stands before the calls: limits, and answers to what is no call at all.

    `own_host`: a checksum is right only under the server's own name.
    `slash` is what becomes of a path with a slash at its end: no such
    call, the call itself, or a redirect to it.
    """

    too_long: Callable[[Lengths], Answer | None]
    unknown: Answer
    wrong_method: Answer
    index: Operation
    slash: Literal["unknown", "ignored", "redirected"] = "unknown"
    own_host: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences in refusals. `missing` holds key and message for each parameter that must be there."""

    checksum: Mapping[Flaw, str]
    missing: Mapping[str, tuple[str, str]]
    unknown_recording: str = "We could not find recordings"
    missing_first: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """The part of a listing that goes out: which recordings, and what stands behind them.

    `formats` holds the formats to show, from and to, where not all are shown.
    """

    record_ids: list[str]
    behind: str = ""
    formats: Mapping[str, tuple[int, int]] | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """One server's getRecordings.

    `by_hash`: a meeting ID stands for the record IDs that begin with its
    SHA-1, and is ignored beside a record ID; otherwise it is compared with
    the stored one, and both must match. `paged` cuts what was found.
    `without_ids` answers a call for everything where that is switched off;
    None where it can't be.
    """

    ids: Callable[[str], list[str]]
    states: Callable[[str], tuple[str, ...]]
    paged: Callable[[list[Found], Call], Cut]
    passes: Passes | None
    opening: str
    closing: str
    nothing: str
    nothing_more: str = ""
    by_hash: bool = False
    keys_lowered: bool = False
    without_ids: Answer | None = None


@dataclass(frozen=True, slots=True)
class TrackRules:
    """One generation of BigBlueButton's text track calls.

    `tag` reads the `lang` of an upload, None where it is malformed;
    `verified` False: an upload's checksum is only asked for, and nobody
    looks whether there is such a recording.
    """

    tag: Callable[[str], str | None]
    label: Callable[[str], str]
    bad_kind: str
    verified: bool = True


@dataclass(frozen=True, slots=True)
class MeetingRules:
    """One server's calls for meetings.

    `form_signed`: without a query, the checksum covers a form's sorted
    fields. `types_checked`: a body of an unlisted type is refused.
    """

    checksum: Mapping[Flaw, str]
    form_signed: bool = False
    types_checked: bool = False
    name_needed: bool = False
    password_needed: bool = False


@dataclass(frozen=True, slots=True)
class Dialect:
    """The choices one kind of server makes."""

    name: str
    version: str
    style: Style
    checksums: ChecksumRules
    words: Words
    reading: Reading
    store: Store
    listing: Listing
    front: Front
    calls: Mapping[str, Route]
    meetings: MeetingRules
