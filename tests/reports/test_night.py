"""Promises of bbbkeep.reports.night: the worst comes first, horizons are inclusive, lists are cut and the rest counted."""

from reports.a_site import NOW, a_deed, a_due

from bbbkeep.reports.night import DEEDS_LISTED, DUE_LISTED, deeds, due_next


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


def test_a_horizon_holds_the_ones_before_it_and_its_own_last_day() -> None:
    due = [a_due(number, days=days) for number, days in enumerate((-1, 0, 7, 7.01, 30, 90, 90.01))]

    [line] = due_next(due, NOW).rules

    assert line.within == [2, 3, 5, 6]


def test_what_is_due_has_a_size_only_as_far_as_known() -> None:
    [line] = due_next([a_due(1, size_bytes=5), a_due(2, size_bytes=None)], NOW).rules

    assert (line.size.size_bytes, line.size.sized, line.size.count) == (5, 1, 2)


def test_a_long_list_of_due_ones_is_cut_and_the_rest_counted() -> None:
    shown = due_next([a_due(number) for number in range(DUE_LISTED + 7)], NOW)

    assert (len(shown.listed), shown.left_out, shown.soon) == (DUE_LISTED, 7, DUE_LISTED + 7)


def test_rules_are_told_apart_by_what_they_do() -> None:
    shown = due_next([a_due(1), a_due(2, action="unpublish"), a_due(3, rule="drafts")], NOW)

    assert [(line.rule, line.action) for line in shown.rules] == [
        ("drafts", "delete"),
        ("old-lectures", "delete"),
        ("old-lectures", "unpublish"),
    ]
