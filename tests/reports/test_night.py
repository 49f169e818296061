"""Promises of bbbkeep.reports.night: the worst comes first, horizons are inclusive, lists are cut and the rest counted."""

from reports.a_site import a_deed, a_due, a_rule

from bbbkeep.reports.night import DEEDS_LISTED, DUE_LISTED, deeds, due_next, kept_in_words, unknown_in_words


def test_what_failed_is_listed_before_what_went_well() -> None:
    done = [a_deed(1, "verified"), a_deed(2, "skipped"), a_deed(3, "unverified"), a_deed(4, "failed")]

    assert [deed.outcome for deed in deeds(done).listed] == ["failed", "unverified", "skipped", "verified"]


def test_a_failure_is_listed_however_many_went_well() -> None:
    done = [a_deed(number) for number in range(DEEDS_LISTED + 50)] + [a_deed(999, "failed")]

    shown = deeds(done)

    assert shown.listed[0].outcome == "failed"
    assert (len(shown.listed), shown.left_out, shown.bad) == (DEEDS_LISTED, 51, 1)


def test_deeds_are_counted_by_action_and_outcome() -> None:
    done = [a_deed(1), a_deed(2), a_deed(3, "failed"), a_deed(4, action="upload")]

    shown = deeds(done)

    assert shown.outcomes == ("failed", "verified")
    assert shown.actions == (("delete", (1, 2)), ("upload", (0, 1)))


def test_a_long_list_of_due_ones_is_cut_and_the_rest_counted() -> None:
    due = [a_due(number) for number in range(DUE_LISTED + 7)]

    shown = due_next([a_rule(due=(0, 5, 90, 250))], due)

    assert (len(shown.listed), shown.left_out, shown.soon) == (DUE_LISTED, 250 - DUE_LISTED, 90)


def test_a_recording_with_two_steps_to_come_is_one_recording() -> None:
    shown = due_next([a_rule(due=(1, 1, 1, 1))], [a_due(1, action="unpublish"), a_due(1, days=35)])

    assert shown.left_out == 0


def test_what_keeps_recordings_from_a_rule_is_said_by_kind() -> None:
    assert (
        kept_in_words(a_rule(held=1200, newest=2, waiting=1)) == "1,200 held, 2 among the newest, 1 waiting"
    )
    assert kept_in_words(a_rule()) == ""


def test_what_a_rule_does_not_know_is_named() -> None:
    assert unknown_in_words(a_rule(doubtful=3, unknown={"end": 3, "metadata": 1})) == "end 3, metadata 1"
