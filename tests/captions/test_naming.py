"""A caption file's name tells its recording and language, or is refused with the remedy."""

import re

import pytest

from bbbkeep.captions.naming import Match, candidates, match
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


def test_a_site_may_allow_other_record_ids_and_another_kind():
    found = match("room.7.en.vtt", default_kind="subtitles", record_ids=re.compile(r"room\.\d+"))

    assert found == Match("room.7", "en", "subtitles")


def test_candidates_are_the_visible_caption_files_inside_the_folder(tmp_path):
    folder = tmp_path / "in"
    for name in ("b.SRT", "a.vtt", "sub/c.ass", ".hidden.srt", ".git/d.srt", "notes.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    (tmp_path / "outside.srt").write_text("x")
    (folder / "link.srt").symlink_to(tmp_path / "outside.srt")
    (folder / "inner.srt").symlink_to(folder / "a.vtt")

    found = [path.relative_to(folder).as_posix() for path in candidates(folder)]

    assert found == ["a.vtt", "b.SRT", "inner.srt", "sub/c.ass"]
