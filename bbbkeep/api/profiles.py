"""What is known about each kind of server, one record for each.

A profile holds facts about the wire only; no code asks for a profile's name.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bbbkeep.errors import UsageError


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of server.

    `max_query` and `max_ids` bound one request: front ends refuse URLs of
    8 KB and more, in the middle of a write as well.  `lang_separator` is the
    spelling of `pt-BR` that an upload is accepted with.
    """

    name: str
    max_query: int
    max_ids: int
    lang_separator: str
    stores_text_tracks: bool


PROFILES: Mapping[str, Profile] = {
    "bbb30": Profile(
        name="bbb30",
        max_query=4000,
        max_ids=50,
        # putRecordingTextTrack parses `lang` as a Java locale: it takes pt_BR, refuses the documented
        # pt-BR with invalidLang, and lists the track as pt-BR.
        lang_separator="_",
        stores_text_tracks=True,
    ),
}


def profile_named(name: str) -> Profile:
    """Return the profile called *name*.

    Raises:
        UsageError: there is none.
    """
    if name not in PROFILES:
        raise UsageError(f"there is no profile {name!r}; use one of {', '.join(PROFILES)}")
    return PROFILES[name]
