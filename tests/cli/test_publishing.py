"""`bbbkeep publish` and `unpublish`: by name, by list or by condition, planned, guarded and read back."""

import pytest
from cli.conftest import recordings_of


def states(server) -> dict[str, str]:
    return {one.record_id: one.state for one in recordings_of(server)}


@pytest.fixture
def some(listed, published) -> list[str]:
    """Three recordings: as many as the share of 5 percent lets go."""
    return published[:2]


def test_named_recordings_are_unpublished_and_read_back(listed, some, bbbkeep):
    told = bbbkeep("unpublish", *some, "--yes", "--json")

    assert told.exit == 0
    assert {one["record_id"]: one["outcome"] for one in told.document["items"]} == dict.fromkeys(
        some, "verified"
    )
    assert [states(listed)[one] for one in some] == ["unpublished", "unpublished"]


def test_what_was_unpublished_can_be_published_again(listed, some, bbbkeep):
    bbbkeep("unpublish", *some, "--yes")
    bbbkeep("inventory")

    assert bbbkeep("publish", *some, "--yes").exit == 0
    assert [states(listed)[one] for one in some] == ["published", "published"]


def test_the_plan_is_shown_and_asked_about(listed, some, bbbkeep):
    told = bbbkeep("unpublish", some[0], typed="n\n")

    assert told.exit == 0
    assert f"unpublish  {some[0]}  asked for by its ID" in told.out
    assert "unpublish 1 recording?" in told.err
    assert listed.writes == []


@pytest.mark.parametrize("wish", ["publish", "unpublish"])
def test_without_a_terminal_and_without_yes_nothing_is_written(listed, bbbkeep, published, wish):
    other = next(one for one, state in states(listed).items() if state == "unpublished")
    told = bbbkeep(wish, published[0] if wish == "unpublish" else other)

    assert told.exit == 2
    assert listed.writes == []


def test_a_list_may_come_from_windows_and_hold_comments(listed, some, bbbkeep, tmp_path):
    text = f"\ufeff# moved away\r\n{some[0]}\r\n\r\n  {some[1]}  # twice\r\n{some[1]}\r\n"
    (tmp_path / "list.txt").write_bytes(text.encode())
    told = bbbkeep("unpublish", "--ids", "list.txt", "--yes", "--json")

    assert (told.exit, len(told.document["items"])) == (0, 2)


def test_unknown_and_partial_ids_are_listed_and_the_rest_is_done(listed, some, bbbkeep):
    nobody = f"{'0' * 40}-1234567890123"
    told = bbbkeep("unpublish", some[0], nobody, some[1][:20], "--yes", "--json")

    assert told.exit == 3
    assert [one["outcome"] for one in told.document["items"]] == ["verified"]
    assert told.document["left_out"] == [
        {"what": nobody, "outcome": "refused", "because": "not in the inventory; run `bbbkeep inventory`"},
        {
            "what": some[1][:20],
            "outcome": "refused",
            "because": "not a whole record ID: a part of one may mean many",
        },
    ]
    assert states(listed)[some[1]] == "published"


def test_a_condition_has_the_words_of_a_policy(listed, some, bbbkeep):
    shown = bbbkeep("inventory", "--state", "published", "--json").document["recordings"]
    meeting = next(one["meeting_id"] for one in shown if one["record_id"] == some[0])
    told = bbbkeep("unpublish", "--where", f"meeting: '{meeting}'", "--json")

    meant = {one["record_id"] for one in shown if one["meeting_id"] == meeting}
    document = told.document
    assert {one["record_id"] for one in (*document["items"], *document["refused"])} == meant
    assert document["items"][0]["reasons"] == [f"meeting_id is {meeting}"]


def test_state_and_metadata_select_as_in_the_inventory(listed, bbbkeep):
    told = bbbkeep("publish", "--state", "unpublished", "--json")

    meant = {one for one, state in states(listed).items() if state == "unpublished"}
    assert {one["record_id"] for one in told.document["items"]} == meant


def test_what_is_done_already_is_unchanged(listed, some, bbbkeep):
    told = bbbkeep("publish", some[0], "--yes")

    assert (told.exit, told.last_line) == (0, "there is nothing to publish")
    assert "it is published already" in told.out
    assert listed.writes == []


def test_a_hold_stops_unpublishing(listed, some, bbbkeep, tmp_path):
    (tmp_path / "hold.csv").write_text(f"record_id,key,value\n{some[0]},bbbkeep-hold,case 7\n")
    bbbkeep("metadata", "apply", "hold.csv", "--yes")
    bbbkeep("inventory")
    told = bbbkeep("unpublish", some[0], "--yes")

    assert told.exit == 0
    assert "on hold" in told.out
    assert states(listed)[some[0]] == "published"


def test_a_guard_counts_what_is_unpublished_by_hand(listed, published, bbbkeep):
    told = bbbkeep("unpublish", *published[:20], "--yes")

    assert (told.exit, told.last_line) == (4, "nothing was written")
    assert "TRIPPED" in told.out
    assert listed.writes == []


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ([], "name recordings"),
        (["x", "--where", "state: published"], "not both"),
        (["--where", "sate: published"], "did you mean state?"),
        (["--where", "{}"], "empty condition"),
        (["--ids", "gone.txt"], "can't be read"),
        (["--ids", "empty.txt"], "names no recording"),
        (["--ids", "latin.txt"], "is not UTF-8"),
    ],
)
def test_what_means_nothing_is_exit_2(listed, bbbkeep, tmp_path, words, problem):
    (tmp_path / "empty.txt").write_text("# nobody\n")
    (tmp_path / "latin.txt").write_bytes(b"\xe4\n")
    told = bbbkeep("unpublish", *words, "--yes")

    assert told.exit == 2
    assert problem in told.last_line
    assert listed.writes == []


def test_nothing_is_unpublished_on_an_incomplete_listing(evasive_server, bbbkeep):
    bbbkeep("inventory")

    assert bbbkeep("unpublish", "--state", "published", "--yes").exit == 6
