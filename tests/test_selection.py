"""What --state and --meta select, on our side alone."""

import pytest

from bbbkeep.errors import UsageError
from bbbkeep.model import Recording
from bbbkeep.selection import Selection, meta_pairs


def a_recording(state="published", **metadata):
    return Recording("x", state=state, metadata=metadata)


def test_nothing_asked_for_is_everything():
    assert a_recording("deleted") in Selection()
    assert Recording("x") in Selection()


def test_any_of_the_states_will_do():
    chosen = Selection(states=("published", "unpublished"))

    assert a_recording("unpublished") in chosen
    assert a_recording("deleted") not in chosen
    assert Recording("x", state=None) not in chosen


def test_all_pairs_must_match_and_keys_in_any_letter_case():
    chosen = Selection(meta={"Category": "lecture", "lang": "de"})

    assert a_recording(category="lecture", LANG="de", more="x") in chosen
    assert a_recording(category="lecture") not in chosen
    assert a_recording(category="lecture", lang="DE") not in chosen


def test_unknown_metadata_matches_nothing():
    assert Recording("x", metadata=None) not in Selection(meta={"lang": "de"})


def test_an_unknown_state_is_refused():
    with pytest.raises(UsageError, match="'publshed'"):
        Selection(states=("publshed",))


def test_pairs_are_read_as_written():
    assert meta_pairs(["Lang=de", "note=a=b", "empty="]) == {"lang": "de", "note": "a=b", "empty": ""}
    assert meta_pairs(["lang=de", "LANG=de"]) == {"lang": "de"}


@pytest.mark.parametrize(
    "pairs",
    [
        pytest.param(["lang"], id="no equals sign"),
        pytest.param(["=de"], id="no key"),
        pytest.param(["lang=de", "lang=en"], id="one key, two values"),
    ],
)
def test_what_can_not_be_a_pair_is_refused(pairs):
    with pytest.raises(UsageError, match="--meta"):
        meta_pairs(pairs)
