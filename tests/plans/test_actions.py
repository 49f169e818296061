"""The dict of actions: complete, and promised file by file."""

from pathlib import Path

from bbbkeep.plans.actions import ACTIONS
from bbbkeep.plans.guards import GUARDED

HERE = Path(__file__).parent


def test_every_action_has_its_file_of_promises():
    promised = {path.stem.removeprefix("test_") for path in (HERE / "actions").glob("test_*.py")}

    assert promised == set(ACTIONS)


def test_every_action_is_found_under_its_own_name():
    assert all(action.name == name for name, action in ACTIONS.items())


def test_what_guards_count_are_actions():
    assert set(GUARDED) <= set(ACTIONS)


def test_only_deleting_can_not_be_undone_by_a_call_of_ours():
    track = {"kind": "captions", "lang": "en", "label": "English", "text": "WEBVTT"}
    params = {"changes": {"category": {"old": "lecture", "new": "seminar"}}, "kind": "captions", "lang": "en"}
    befores = [
        {"metadata": {"category": "lecture"}, "published": was, "tracks": [track]} for was in (True, False)
    ]

    final = {
        name
        for name, action in ACTIONS.items()
        if all(action.reverse(params, before) is None for before in befores)
    }

    assert final == {"delete"}
