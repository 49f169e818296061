"""A bug's traceback is for its reader's eyes, and opens no door."""

from pathlib import Path

from bbbkeep.bug_log import keep_traceback, without_secrets

SECRET = "s3cret/+ with 'quotes'"


def a_bug(text: str) -> Exception:
    return RuntimeError(text)


def test_a_traceback_lies_in_the_state_folder_for_its_owner_alone(tmp_path):
    kept = Path(keep_traceback(a_bug("boom"), tmp_path, ()))

    assert kept.parent == tmp_path / "bugs"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "boom" in kept.read_text(encoding="utf-8")


def test_it_lies_among_temporary_files_where_the_state_folder_takes_none(tmp_path):
    blocked = tmp_path / "file"
    blocked.touch()

    kept = Path(keep_traceback(a_bug("boom"), blocked, ()))

    assert kept.is_file()
    kept.unlink()


def test_secrets_signatures_and_tokens_are_left_out():
    url = "https://bbb.example.org/bigbluebutton"
    text = f"{SECRET} {SECRET!r} s3cret%2F%2B%20with {url}/api/x?a=b&checksum=0123 {url}/textTrack/abcdef/rec/x.vtt"

    shown = without_secrets(text, {SECRET, "s3cret/+ with"})

    assert not [sign for sign in ("s3cret", "0123", "abcdef") if sign in shown]
    assert "/textTrack/***/rec/x.vtt" in shown
