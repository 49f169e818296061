"""What a server's profile means to its administrator, in words.  Pure."""

from collections.abc import Iterator

from bbbkeep.api.profiles import UNKNOWN, Profile

_PROOF = {
    "whole answers": "bbbkeep asks by the beginning of record IDs, without limit, and takes an answer as all that match",
    "capped answers": (
        "bbbkeep asks by the beginning of record IDs, and believes an answer only when asking on behind its end shows nothing"
    ),
    "one listing": "bbbkeep lists everything in one request",
}
_UPDATES = {
    "each": "each recording of a list is changed, unknown ones are passed over without a word",
    "all or nothing": "one unknown ID in a list and nothing is changed",
    "said but not stored": "the server says it is done and stores nothing: such a change ends unverified",
}

_NO_WAY_BACK = "a deleted recording can't be brought back, but from a backup of yours"


def meaning(profile: Profile) -> Iterator[tuple[str, str]]:
    """Yield what there is to know: a name, and a sentence or two."""
    yield "listings", f"{profile.paging}; {_PROOF[profile.coverage]}"
    yield "metadata", f"{_UPDATES[profile.updates]}; {_keys(profile)}"
    yield "text tracks", _text_tracks(profile)
    yield "deletes", _deletes(profile)
    if profile.deletes:
        yield "undeleting", profile.recovery or _NO_WAY_BACK
    ours = f"bbbkeep stays below {profile.max_query:,}, with at most {profile.max_ids} recordings in a write"
    yield "requests", f"queries of {profile.refused_query:,} bytes and more are refused; {ours}"


def _keys(profile: Profile) -> str:
    return "keys are stored in lower case" if profile.lower_cases_keys else "keys keep their letter case"


def _text_tracks(profile: Profile) -> str:
    if profile is UNKNOWN:
        return "unknown; the server is asked before anything is uploaded, and before a recording with tracks goes"
    if not profile.stores_text_tracks:
        return "not offered: captions can't be uploaded here, send them to the BigBlueButton server itself"
    return "offered; a region tag is sent as pt-BR, then as pt_BR where that is refused; where neither appears, lang_map helps"


def _deletes(profile: Profile) -> str:
    if not profile.deletes:
        return "not offered"
    again = "refused" if profile.second_delete_refused else "answered as a success"
    files = "; files of unpublished recordings stay on the disk" if profile.leaves_files else ""
    left = profile.left_after_delete
    return f"leaves {left}{'' if 'stay on the disk' in left else files}; a second delete is {again}"
