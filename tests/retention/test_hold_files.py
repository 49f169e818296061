"""A list of holds is read whole or not at all: what it would have held must not go."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bbbkeep.errors import HoldListError
from bbbkeep.retention.hold_files import read_holds
from bbbkeep.retention.holds import holds
from bbbkeep.retention.load import load_policy

ONE, TWO = "a" * 40 + "-1700000000000", "b" * 40 + "-1700000000000"
HEADER = "record_id,until,reason\n"
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def a_list(folder, text, name="holds.csv"):
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize(
    ("until", "reason", "held"),
    [
        pytest.param("", "case 7", True, id="without end"),
        pytest.param("2026-06-01", "", True, id="its last day"),
        pytest.param("2026-05-31", "case 7", False, id="over since yesterday"),
        pytest.param("", "2020-01-01 case 7", True, id="a reason that begins with a date"),
    ],
)
def test_a_listed_recording_is_held_through_its_day(tmp_path, until, reason, held):
    path = a_list(tmp_path, f"{HEADER}{ONE},{until},{reason}\n")

    assert holds(read_holds([path])[ONE], NOW, ZoneInfo("UTC")) is held


def test_of_two_lists_the_longer_hold_counts(tmp_path):
    short = a_list(tmp_path, f"{HEADER}{ONE},2026-01-01,\n{TWO},,forever\n", "a.csv")
    long = a_list(tmp_path, f"{HEADER}{ONE},2027-01-01,\n{TWO},2026-01-01,\n", "b.csv")

    assert (
        read_holds([short, long])
        == read_holds([long, short])
        == {ONE: "2027-01-01", TWO: "without end forever"}
    )


def test_a_byte_order_mark_windows_line_ends_and_an_empty_list_are_read(tmp_path):
    marked = b"\xef\xbb\xbf" + f"{HEADER}{ONE},,a\n".replace("\n", "\r\n").encode()

    assert list(read_holds([a_list(tmp_path, marked)])) == [ONE]
    assert read_holds([a_list(tmp_path, HEADER)]) == {}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        pytest.param("", 1, "its last line has no end", id="empty file"),
        pytest.param(f"{ONE},,\n", 1, "has another header", id="no header"),
        pytest.param("record_id;until;reason\n", 1, "has another header", id="semicolons"),
        pytest.param(f"{HEADER}{ONE},,cut he", 2, "its last line has no end", id="cut"),
        pytest.param(f"{HEADER}{ONE},,\n{ONE},,\n", 3, f"{ONE} is listed twice, first in line 2", id="twice"),
        pytest.param(f"{HEADER}{ONE}\n", 2, "has 1 cells instead of 3", id="missing cells"),
        pytest.param(f"{HEADER}{ONE},,a,b\n", 2, "has 4 cells instead of 3", id="unquoted comma"),
        pytest.param(f"{HEADER},,a\n", 2, "names no whole record ID", id="no id"),
        pytest.param(f"{HEADER}a*,,\n", 2, "names no whole record ID", id="a pattern"),
        pytest.param(f"{HEADER}{ONE},2027-02-30,\n", 2, "`until` is no date that exists", id="no such day"),
        pytest.param(f'{HEADER}{ONE},,"a\n', 2, "is no CSV: unexpected end of data", id="open quote"),
        pytest.param(b"record_id,until,reason\n\xff,,\n", 2, "is not UTF-8", id="latin-1"),
    ],
)  # fmt: skip
def test_a_list_that_is_not_whole_is_refused_with_its_line(tmp_path, text, line, problem):
    with pytest.raises(HoldListError) as refused:
        read_holds([a_list(tmp_path, text)])

    assert (refused.value.line, refused.value.problem) == (line, problem)
    assert refused.value.remedy


def test_a_policy_whose_list_of_holds_is_missing_is_not_read(tmp_path):
    path = a_list(tmp_path, "mode: act\nhold: {files: [holds.csv]}\nrules: []\n", "policy.yaml")

    with pytest.raises(HoldListError, match=r"holds\.csv: can't be read"):
        load_policy(path)

    a_list(tmp_path, HEADER)
    assert load_policy(path).hold_files == (tmp_path / "holds.csv",)
