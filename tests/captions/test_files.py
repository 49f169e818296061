"""Converting into a folder touches nothing that bbbkeep did not write there."""

from pathlib import Path

import pytest

from bbbkeep.captions.files import WRITTEN, Converted, convert_files
from bbbkeep.errors import UsageError

SRT = "1\n00:00:01,000 --> 00:00:02,000\n{}\n"
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n{}\n"


def a_source(folder: Path, name: str, text: str = "one") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SRT.format(text))
    return path


def converted(*paths: Path, out: Path) -> dict[str, Converted]:
    return {done.file.name: done for done in convert_files(paths, out)}


def test_a_folder_stands_for_all_caption_files_below_it(tmp_path):
    a_source(tmp_path / "in", "a.srt")
    a_source(tmp_path / "in", "sub/b.SRT")

    done = converted(tmp_path / "in", out=tmp_path / "out")

    assert {name: one.error for name, one in done.items()} == {"a.srt": None, "b.SRT": None}
    assert (tmp_path / "out" / "b.vtt").read_text() == VTT.format("one")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [WRITTEN, "a.vtt", "b.vtt"]


def test_our_own_output_is_replaced_when_the_source_changes(tmp_path):
    source, out = a_source(tmp_path, "a.srt"), tmp_path / "out"
    converted(source, out=out)
    a_source(tmp_path, "a.srt", "two")

    done = converted(source, out=out)

    assert done["a.srt"].error is None
    assert (out / "a.vtt").read_text() == VTT.format("two")


def test_a_file_that_bbbkeep_did_not_write_is_kept(tmp_path):
    source, out = a_source(tmp_path, "a.srt"), tmp_path / "out"
    out.mkdir()
    (out / "a.vtt").write_text("precious")

    done = converted(source, out=out)

    assert "move it away" in done["a.srt"].error
    assert (out / "a.vtt").read_text() == "precious"


def test_our_own_output_that_a_person_edited_is_kept(tmp_path):
    source, out = a_source(tmp_path, "a.srt"), tmp_path / "out"
    converted(source, out=out)
    (out / "a.vtt").write_text("edited")

    assert "not as bbbkeep wrote it" in converted(source, out=out)["a.srt"].error
    assert (out / "a.vtt").read_text() == "edited"


def test_a_link_is_not_written_through(tmp_path):
    source, out = a_source(tmp_path, "a.srt"), tmp_path / "out"
    out.mkdir()
    (out / "a.vtt").symlink_to(tmp_path / "elsewhere.vtt")

    assert converted(source, out=out)["a.srt"].error
    assert not (tmp_path / "elsewhere.vtt").exists()


def test_two_sources_for_one_output_are_an_error_for_both(tmp_path):
    paths = [a_source(tmp_path, "x/a.srt"), a_source(tmp_path, "y/A.srt"), a_source(tmp_path, "b.srt")]

    done = converted(*paths, out=tmp_path / "out")

    assert ["rename one" in (done[name].error or "") for name in ("a.srt", "A.srt", "b.srt")] == [
        True,
        True,
        False,
    ]
    assert not (tmp_path / "out" / "a.vtt").exists()


def test_a_source_is_never_its_own_output(tmp_path):
    (tmp_path / "a.vtt").write_text(VTT.format("AT&T"))

    done = converted(tmp_path / "a.vtt", out=tmp_path)

    assert "is itself a source" in done["a.vtt"].error
    assert (tmp_path / "a.vtt").read_text() == VTT.format("AT&T")


@pytest.mark.parametrize("out", [".", "out"])
def test_a_second_run_does_not_take_the_first_ones_output_for_a_source(tmp_path, out):
    a_source(tmp_path, "a.srt")
    converted(tmp_path, out=tmp_path / out)

    done = converted(tmp_path, out=tmp_path / out)

    assert {name: one.error for name, one in done.items()} == {"a.srt": None}


def test_one_file_named_twice_is_converted_once(tmp_path):
    source = a_source(tmp_path / "in", "a.srt")

    done = list(convert_files([source, tmp_path / "in"], tmp_path / "out"))

    assert [one.error for one in done] == [None]


def test_a_bad_file_does_not_stop_the_rest(tmp_path):
    a_source(tmp_path / "in", "b.srt")
    (tmp_path / "in" / "a.srt").write_bytes(b"")
    (tmp_path / "in" / "c.srt").mkdir()

    done = converted(tmp_path / "in", out=tmp_path / "out")

    assert [one.error is None for one in done.values()] == [False, True]


def test_a_torn_line_of_the_memory_is_passed_over(tmp_path):
    source, out = a_source(tmp_path, "a.srt"), tmp_path / "out"
    converted(source, out=out)
    with (out / WRITTEN).open("a") as stream:
        stream.write('{"out": "b.vt')
    for text in ("two", "three"):
        a_source(tmp_path, "a.srt", text)

        assert converted(source, out=out)["a.srt"].error is None


def test_an_out_that_is_a_file_is_wrong_usage(tmp_path):
    source = a_source(tmp_path, "a.srt")

    with pytest.raises(UsageError, match="--out"):
        list(convert_files([source], source))
