"""A caption file's name tells its recording and language, or is refused with the remedy."""

import re
from datetime import date, time

import pytest

from bbbkeep.captions.naming import Match, Meeting, candidates, match, strays
from bbbkeep.errors import CaptionError

RECORD_ID = "0123456789abcdef0123456789abcdef01234567-1600000000000"


@pytest.mark.parametrize(
    ("rest", "lang"),
    [
        pytest.param("en.srt", "en", id="plain"),
        pytest.param("pt_BR.VTT", "pt-BR", id="any case of the ending"),
        pytest.param("eng.forced.ass", "en", id="a flag after"),
        pytest.param("sdh.default.de.ssa", "de", id="flags before"),
        pytest.param("en.hi.srt", "en", id="hearing impaired beside a language"),
        pytest.param("hi.srt", "hi", id="Hindi alone"),
        pytest.param("eng.en.srt", "en", id="the same language twice"),
        pytest.param("english.srt", "en", id="a language by its name"),
    ],
)
def test_recording_and_language_are_read(rest, lang):
    assert match(f"some/folder/{RECORD_ID}.{rest}") == Match(RECORD_ID, lang, "captions")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        pytest.param(f"{RECORD_ID}.srt", "names no language", id="no language"),
        pytest.param(f"{RECORD_ID}.forced.srt", "names no language", id="a flag alone"),
        pytest.param(f"{RECORD_ID}.en.de.srt", "several languages", id="two languages"),
        pytest.param(
            f"{RECORD_ID}.even.en.srt", "'even' is no language", id="a word that is a language, too"
        ),
        pytest.param(f"{RECORD_ID[:-1]}1/{RECORD_ID}.en.srt", "another recording", id="another one's folder"),
        pytest.param(f"{RECORD_ID}/lecture.srt", "no language", id="a folder, but no language"),
        pytest.param("course-7.2026-02-30.en.srt", "full record ID", id="a day that is none"),
        pytest.param(f"{RECORD_ID}.part1.en.srt", "'part1' is no language", id="an unknown part"),
        pytest.param(f"{RECORD_ID}.en.txt", "not a caption file", id="another ending"),
        pytest.param(f"{RECORD_ID[:40]}.en.srt", "full record ID", id="a prefix, which servers take for all"),
        pytest.param(f"{RECORD_ID.upper()}.en.srt", "full record ID", id="not as the server spells it"),
    ],
)
def test_any_other_name_is_refused_with_the_remedy(name, problem):
    with pytest.raises(CaptionError, match=problem) as caught:
        match(name)

    assert "name it <record_id>.<lang>." in str(caught.value)


@pytest.mark.parametrize(
    ("name", "lang"),
    [
        pytest.param("de.srt", "de", id="a language alone"),
        pytest.param("Week 3. To be or not.pt-BR.srt", "pt-BR", id="a title before it"),
        pytest.param("lecture.de.forced.srt", "de", id="flags after"),
        pytest.param(f"{RECORD_ID}.de.srt", "de", id="its ID once more"),
    ],
)
def test_a_file_in_the_folder_of_a_recording_is_for_that_one(name, lang):
    assert match(f"in/{RECORD_ID}/{name}") == Match(RECORD_ID, lang, "captions")


@pytest.mark.parametrize(
    ("name", "meeting"),
    [
        pytest.param("course-7.2026-02-22.de.srt", Meeting("course-7", date(2026, 2, 22)), id="a day"),
        pytest.param("course 7 2026-02-22.de.srt", Meeting("course 7", date(2026, 2, 22)), id="with spaces"),
        pytest.param(
            "a.b.c_2026-02-22T1015.de.srt", Meeting("a.b.c", date(2026, 2, 22), time(10, 15)), id="and a time"
        ),
        pytest.param(
            "course-7.2026-02-22/lecture.de.srt", Meeting("course-7", date(2026, 2, 22)), id="as a folder"
        ),
    ],
)
def test_a_recording_may_be_named_by_its_meeting_and_day(name, meeting):
    assert match(name) == Match("", "de", "captions", meeting)


def test_a_folder_for_a_day_does_not_contradict_the_record_ids_in_it():
    assert match(f"incoming 2026-02-22/{RECORD_ID}.de.srt").record_id == RECORD_ID


def test_a_site_may_allow_other_record_ids_and_another_kind():
    found = match("room.7.en.vtt", default_kind="subtitles", record_ids=re.compile(r"room\.\d+"))

    assert found == Match("room.7", "en", "subtitles")


def test_candidates_are_the_visible_caption_files_inside_the_folder(tmp_path):
    folder = tmp_path / "in"
    for name in ("b.SRT", "a.vtt", "sub/c.ass", ".hidden.srt", ".git/d.srt", "notes.txt", "done/e.srt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    (tmp_path / "outside.srt").write_text("x")
    (folder / "link.srt").symlink_to(tmp_path / "outside.srt")
    (folder / "inner.srt").symlink_to(folder / "a.vtt")

    found = [path.relative_to(folder).as_posix() for path in candidates(folder)]

    assert found == ["a.vtt", "b.SRT", "inner.srt", "sub/c.ass"]
    assert list(strays(folder)) == [folder / "link.srt"]


def test_a_language_is_read_however_its_letters_are_composed():
    assert match(f"{RECORD_ID}.franc\N{COMBINING CEDILLA}ais.srt").lang == "fr"
