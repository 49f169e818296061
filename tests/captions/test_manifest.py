"""A manifest says what each file becomes; a wrong row is refused with its line, a wrong file as a whole."""

from datetime import date

import pytest

from bbbkeep.captions.manifest import read_manifest
from bbbkeep.captions.naming import Match, Meeting
from bbbkeep.errors import SheetError

RECORD_ID = "0123456789abcdef0123456789abcdef01234567-1600000000000"


def rows(*lines: str, header: str = "file,recording,lang,kind,label,offset"):
    return read_manifest("\n".join([header, *lines]).encode(), "m.csv")


def test_a_row_names_the_track_that_its_file_becomes():
    row = rows(f"week 1/a.srt,{RECORD_ID},pt_BR,subtitles,Português,-2.5")["week 1/a.srt"]

    assert row.match == Match(RECORD_ID, "pt-BR", "subtitles")
    assert (row.label, row.offset_ms, row.problem) == ("Português", -2500, "")


def test_what_may_be_left_out_is_left_out_in_any_order_of_columns():
    row = rows(f"de,{RECORD_ID},./a.srt", header="\ufeffLang,Recording,File")["a.srt"]

    assert row.match == Match(RECORD_ID, "de", "captions")
    assert (row.label, row.offset_ms) == ("", 0)


def test_a_row_may_say_what_its_file_is_read_as():
    found = rows(
        f"a.srt,{RECORD_ID},de,Windows-1252",
        f"b.srt,{RECORD_ID},fr,",
        f"c.srt,{RECORD_ID},en,latin-99",
        header="file,recording,lang,encoding",
    )

    assert [found[name].encoding for name in ("a.srt", "b.srt")] == ["cp1252", ""]
    assert "line 4 of the manifest: encoding 'latin-99': not one Python knows" in found["c.srt"].problem


def test_a_row_may_name_a_meeting_and_its_day():
    row = rows("a.srt,course-7 2026-02-22,de,,,")["a.srt"]

    assert row.match == Match("", "de", "captions", Meeting("course-7", date(2026, 2, 22)))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        pytest.param("a.srt,course-7,de,,,", "'course-7' is no recording", id="a meeting without its day"),
        pytest.param(f"a.srt,{RECORD_ID[:40]},de,,,", "is no recording", id="a part of a record ID"),
        pytest.param(f"a.srt,{RECORD_ID},xx,,,", "no such language", id="no language"),
        pytest.param(f"a.srt,{RECORD_ID},de,chapters,,", "kind 'chapters'", id="no kind"),
        pytest.param(f'a.srt,{RECORD_ID},de,,"the ""best""",', "label", id="a label that breaks the list"),
        pytest.param(f"a.srt,{RECORD_ID},de,,,soon", "offset 'soon'", id="no offset"),
        pytest.param(f"a.srt,{RECORD_ID},de", "3 values, the header has 6", id="too short"),
        pytest.param(f"a.srt,{RECORD_ID},de,,Alice, Bob,", "7 values", id="a comma that is not quoted"),
    ],
)
def test_a_row_that_is_wrong_says_why_and_stops_no_other(line, problem):
    found = rows(line, f"b.srt,{RECORD_ID},en,,,")

    assert problem in found["a.srt"].problem
    assert "line 2 of the manifest" in found["a.srt"].problem
    assert found["b.srt"].problem == ""


def test_a_row_without_a_file_is_known_by_its_line():
    found = rows(f",{RECORD_ID},de,,,", ",,,,,", f"b.srt,{RECORD_ID},en,,,")

    assert found["line 2"].problem == "line 2 of the manifest: names no file"
    assert set(found) == {"line 2", "b.srt"}


def test_a_name_is_the_same_however_its_letters_are_composed():
    found = rows(f"U\N{COMBINING DIAERESIS}bung.srt,{RECORD_ID},de,,,")

    assert set(found) == {"\N{LATIN CAPITAL LETTER U WITH DIAERESIS}bung.srt"}


def test_a_file_that_is_named_twice_is_neither():
    found = rows(f"a.srt,{RECORD_ID},de,,,", f"a.srt,{RECORD_ID},en,,,")

    assert found["a.srt"].match is None
    assert "lines 2 and 3" in found["a.srt"].problem


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        pytest.param(b"", "not one column each", id="empty"),
        pytest.param(b"file,recording\n", "not one column each", id="a column is missing"),
        pytest.param(b"file,recording,lang,size\n", "unknown column 'size'", id="an unknown column"),
        pytest.param(b"file,recording,lang,lang\n", "not one column each", id="a column twice"),
        pytest.param(b"\xff\xfe", "not UTF-8", id="another encoding"),
        pytest.param(b'file,recording,lang\n"a,b,c', "CSV", id="an open quote"),
    ],
)
def test_a_file_that_is_no_manifest_is_refused(data, problem):
    with pytest.raises(SheetError, match=problem):
        read_manifest(data, "m.csv")
