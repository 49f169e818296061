"""What a night's summary promises: figures first, then why something is not done, and where to see each item."""

from bbbkeep.model import ItemOutcome
from bbbkeep.operations.summary import SHOWN, Summary

LATE = "the server accepted it, but does not show it done after 8 s"


def ended(
    outcome: str, because: str = "read back", action: str = "delete", run_id: str = "run-1"
) -> ItemOutcome:
    return ItemOutcome("a recording", action, outcome, because, run_id)


def lines(*outcomes: ItemOutcome) -> list[str]:
    summary = Summary("campus", sweep="200 recordings, complete")
    summary.count(outcomes)
    return summary.lines()


def test_what_is_done_needs_no_reason():
    assert lines(ended("verified"), ended("unchanged", "the server shows it already")) == [
        "campus: 200 recordings, complete",
        "  delete: 1 unchanged, 1 verified",
    ]


def test_what_is_not_done_says_why_the_most_frequent_first_and_names_its_run():
    drift = ended("skipped", "drift: it changed since the plan", run_id="run-2")

    assert lines(drift, ended("unverified", LATE), ended("verified"), ended("unverified", LATE)) == [
        "campus: 200 recordings, complete",
        "  delete: 1 skipped, 2 unverified, 1 verified",
        f"    delete: 2 unverified: {LATE}",
        "    delete: 1 skipped: drift: it changed since the plan",
        "    each item: bbbkeep runs show run-1",
        "    each item: bbbkeep runs show run-2",
    ]


def test_many_reasons_are_cut_and_the_document_is_bounded():
    summary = Summary("campus")
    summary.count([ended("failed", f"reason {number}") for number in range(1000)])

    said = summary.lines()
    assert [line for line in said if "reason" in line][5:] == ["    others for other reasons"]
    assert len(summary.document()["reasons"]) == SHOWN
