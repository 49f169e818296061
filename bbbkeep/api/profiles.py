"""What is known about each kind of server, one record for each, and the most careful one for the rest.

A profile holds facts about the wire only; no code asks for a profile's name.
`probing.py` finds out which one a server is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bbbkeep.api.address import Checksum
from bbbkeep.errors import UsageError

Coverage = Literal["whole answers", "capped answers", "one listing"]
"""How a sweep covers a server.

- whole answers: one prefix, one answer without `limit`, which holds all that begin with it;
- capped answers: an answer may be cut without a word; the same slice asked again
  from where it ended must be empty;
- one listing: the server takes no prefixes worth the name; everything in one answer.
"""

Totals = Literal["recordings", "formats", "none"]
"""What `limit=1` counts: recordings, recordings times formats (too many, never too few), or nothing."""

Updates = Literal["each", "all or nothing", "said but not stored"]
"""What updateRecordings does with a list of IDs."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of server.

    `max_query` and `max_ids` bound one request that writes, `max_ids_read` one
    that reads: front ends refuse URLs of `refused_query` bytes and more, in the
    middle of a write as well, and some servers answer for the first IDs only.
    `lang_spellings` are the separators of `pt-BR` to try for an upload, in order.
    """

    name: str
    server: str
    """What it is, for people."""
    checksums: tuple[Checksum, ...]
    coverage: Coverage
    totals: Totals
    paging: str
    """What the server does with `limit` and `offset`, for people."""
    max_query: int = 4000
    max_ids: int = 50
    max_ids_read: int = 50
    refused_query: int = 8192
    posts: frozenset[str] = frozenset()
    """Calls about recordings that may come by POST; all others by GET only. In none does the checksum cover the body."""
    tells_meetings: bool = True
    """Whether getMeetings tells which meetings run; where it doesn't, a recording comes by import, after its meeting."""
    deletes: bool = True
    deleted_stay_listed: bool = False
    """Whether a deleted recording is still listed, with state `deleted`."""
    second_delete_refused: bool = False
    """Whether the delete of a deleted recording is answered with notFound; else with SUCCESS."""
    updates: Updates = "each"
    lower_cases_keys: bool = True
    state_follows_publish: bool = True
    """Whether `state` tells what publish did; else `published` alone does."""
    stores_text_tracks: bool = False
    lang_spellings: tuple[str, ...] = ()
    leaves_files: bool = False
    """Whether the files of an unpublished recording stay on the disk after a delete."""
    left_after_delete: str = ""
    """What a delete leaves on the server, for people."""
    shows_within: float = 7.5
    """Seconds after which an accepted write must show."""
    recovery: str = ""
    """How a deleted recording can be brought back, step by step; empty: it can't."""


_ALL: tuple[Checksum, ...] = ("sha256", "sha1", "sha384", "sha512")
_BBB_LEFT = "its files, moved to /var/bigbluebutton/deleted until the administrator purges them"
_BBB_POSTS = frozenset(
    {"getRecordings", "updateRecordings", "getRecordingTextTracks", "putRecordingTextTrack"}
)
_BBB_RECOVERY = (
    "on the server, as root: move /var/bigbluebutton/deleted/FORMAT/RECORD_ID back to "
    "/var/bigbluebutton/published/FORMAT/ for each format, set <state>published</state> and "
    "<published>true</published> in its metadata.xml"
)

PROFILES: Mapping[str, Profile] = {
    profile.name: profile
    for profile in (
        Profile(
            name="bbb22",
            server="BigBlueButton 2.2 to 2.5",
            checksums=("sha256", "sha1"),
            coverage="whole answers",
            totals="none",
            paging="no pages: every answer holds all that match",
            posts=_BBB_POSTS,
            deleted_stay_listed=True,
            second_delete_refused=True,
            stores_text_tracks=True,
            lang_spellings=("-", "_"),
            left_after_delete=_BBB_LEFT,
            recovery=_BBB_RECOVERY,
        ),
        Profile(
            name="bbb26",
            server="BigBlueButton 2.6, early 2.7 and 3.0",
            checksums=_ALL,
            coverage="whole answers",
            totals="formats",
            paging="pages of at most 100, cut by recording and format; its total counts formats",
            posts=_BBB_POSTS,
            deleted_stay_listed=True,
            second_delete_refused=True,
            stores_text_tracks=True,
            lang_spellings=("-", "_"),
            left_after_delete=_BBB_LEFT,
            recovery=_BBB_RECOVERY,
        ),
        Profile(
            name="bbb30",
            server="BigBlueButton 3.0 and later",
            checksums=_ALL,
            coverage="whole answers",
            totals="recordings",
            paging="pages of at most 100, cut by recording; its total counts recordings",
            posts=_BBB_POSTS,
            deleted_stay_listed=True,
            second_delete_refused=True,
            stores_text_tracks=True,
            # putRecordingTextTrack parses `lang` as a Java locale: it takes pt_BR, refuses the documented
            # pt-BR with invalidLang, and lists the track as pt-BR.
            lang_spellings=("-", "_"),
            left_after_delete=_BBB_LEFT,
            recovery=_BBB_RECOVERY,
        ),
        Profile(
            name="scalelite",
            server="Scalelite",
            checksums=("sha256", "sha1", "sha512"),
            coverage="whole answers",
            totals="none",
            paging="no pages: limit and offset are not read",
            refused_query=10_240,
            posts=frozenset({"getRecordings", "updateRecordings"}),
            deleted_stay_listed=True,
            updates="all or nothing",
            leaves_files=True,
            left_after_delete=(
                "a database row with state deleted, without metadata and formats; "
                "the files of unpublished recordings stay on the disk"
            ),
        ),
        Profile(
            name="bbblb",
            server="BBBLB",
            checksums=("sha256", "sha1", "sha512"),
            coverage="capped answers",
            totals="none",
            paging="never more than 1,000 in one answer, with nothing to show for it; offsets from 10,000 on begin at the first again",
            posts=frozenset({"updateRecordings"}),
            updates="said but not stored",
            # 0.0.18 answers getMeetings with HTTP 500, whatever runs (measured: "sub-select returns 8 columns").
            tells_meetings=False,
            left_after_delete="its files, moved in the background to the deleted folder of BBBLB's storage; it is listed no more",
            recovery="on the server: import the parked files again with `bbblb recording import`",
        ),
        Profile(
            name="recapi",
            server="bbb-recording-api",
            checksums=("sha1",),
            coverage="one listing",
            totals="none",
            paging="no pages: limit and offset are not read, neither is state",
            tells_meetings=False,
            deletes=False,
            refused_query=10_240,
            lower_cases_keys=False,
            state_follows_publish=False,
        ),
    )
}


UNKNOWN = Profile(
    name="unknown",
    server="a server of no known kind",
    checksums=("sha256", "sha1"),
    coverage="capped answers",
    totals="none",
    paging="unknown: every answer is taken to be cut until it is shown that it is not",
    max_query=2000,
    max_ids=1,
    max_ids_read=10,
    refused_query=4096,
    updates="all or nothing",
    state_follows_publish=False,
    # Whether it does shows when it is asked; not to ask would leave tracks unsaved before a delete.
    stores_text_tracks=True,
    lang_spellings=("-", "_"),
    leaves_files=True,
    left_after_delete="unknown; take it that nothing is left, and that files may stay on the disk",
)
"""For a server that answers like none of PROFILES; it can't be chosen in bbbkeep.yaml."""


def profile_named(name: str) -> Profile:
    """Return the profile called *name*, which may be UNKNOWN's.

    Raises:
        UsageError: there is none.
    """
    if name == UNKNOWN.name:
        return UNKNOWN
    if name not in PROFILES:
        raise UsageError(f"there is no profile {name!r}; use one of {', '.join(PROFILES)}")
    return PROFILES[name]
