"""`bbbkeep nightly` prints our lines only, and leaves nothing of Prefect outside the state folder."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

import pytest
from flows_site import SRT, Place, a_recording

from bbbkeep.cli.app import run
from bbbkeep.standin.server import LocalServer

pytestmark = pytest.mark.prefect

SECRET = "Sentinel+Secret/42&=%"


def nightly(place: Place, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user with an empty home would."""
    (place.folder / "home").mkdir()
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "BBB", "XDG"))
    }
    return subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-m", "bbbkeep", "nightly", "--config", str(place.config), *words],
        env={**kept, "HOME": str(place.folder / "home"), **environment},
        cwd=place.folder,
        capture_output=True,
        text=True,
        check=False,
    )


@dataclass(frozen=True)
class Night:
    """A night that went well, and what it printed."""

    place: Place
    ran: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def good_night(tmp_path_factory: pytest.TempPathFactory, prefect_server: str) -> Night:
    """Run one night with one caption file; whoever asks only looks at what it left."""
    with LocalServer(caption_delay=0.0, secret=SECRET) as server:
        place = Place(tmp_path_factory.mktemp("good-night"), {"main": server.url}, server.secret)
        recording = a_recording(1, 10)
        server.state.add(recording)
        place.lay("captions", f"{recording.record_id}.de.srt", SRT)
        return Night(place, nightly(place, PREFECT_API_URL=prefect_server))


def test_it_prints_our_lines_only(good_night: Night) -> None:
    report = good_night.place.path("reports", "report.html")

    assert good_night.ran.stdout.splitlines() == [
        "main: 1 recordings, complete",
        "  upload_text_track: 1 verified",
        f"  report: {report}",
    ]
    assert good_night.ran.returncode == 0


def test_it_shows_how_far_the_captions_are(good_night: Night) -> None:
    assert good_night.ran.stderr.splitlines() == [
        f"state folder: {good_night.place.state_dir}",
        "caption files converted: 1 of 1",
        "captions sent: 1 of 1",
        "captions sent; waiting until the server shows the last of them",
    ]


def test_it_leaves_the_home_empty_and_prefects_things_in_the_state_folder(good_night: Night) -> None:
    assert list((good_night.place.folder / "home").iterdir()) == []
    assert (good_night.place.state_dir / "prefect").is_dir()


def test_neither_what_it_prints_nor_what_it_keeps_holds_a_secret(good_night: Night) -> None:
    kept = [path for path in good_night.place.folder.rglob("*") if path.is_file() and path.name != "secret"]
    texts = {str(path): path.read_bytes().decode("utf-8", "replace") for path in kept}
    texts["screen"] = good_night.ran.stdout + good_night.ran.stderr
    forbidden = [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        "checksum=",
        "/textTrack/",
    ]

    assert any(place.endswith("ledger.sqlite3") for place in texts)
    assert [(place, word) for place, text in texts.items() for word in forbidden if word in text] == []


def test_a_good_night_is_told_in_one_document(
    place: Place, server: LocalServer, prefect_server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    server.state.add(a_recording(1, 10))

    with pytest.raises(SystemExit) as left:
        run(["nightly", "--config", str(place.config), "--json"])

    printed = capsys.readouterr()
    [summary] = json.loads(printed.out)["servers"]
    assert (left.value.code, summary["exit"], summary["recordings"]) == (0, 0, 1)
    assert printed.err == f"state folder: {place.state_dir}\n"


def test_a_failed_night_prints_its_document_and_no_traceback(
    tmp_path, server: LocalServer, prefect_server
) -> None:
    place = Place(tmp_path, {"main": server.url}, "not the secret")

    ran = nightly(place, "--json", PREFECT_API_URL=prefect_server)

    [summary] = json.loads(ran.stdout)["servers"]
    assert (ran.returncode, summary["exit"]) == (8, 8)
    assert "BBB_SECRET" in summary["problems"][0]["message"]
    assert ran.stderr == f"state folder: {place.state_dir}\n"


def test_a_state_folder_that_is_none_is_said_in_one_line(place: Place) -> None:
    place.state_dir.write_text("a file", encoding="utf-8")

    ran = nightly(place)

    assert ran.returncode == 2
    assert ran.stdout == ""
    assert "name a state folder that this user may write to" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.long
def test_it_needs_no_prefect_server(place: Place, server: LocalServer) -> None:
    server.state.add(a_recording(1, 10))

    ran = nightly(place)

    assert (ran.returncode, ran.stderr) == (0, f"state folder: {place.state_dir}\n")
    assert list((place.folder / "home").iterdir()) == []
    assert {path.parent for path in place.folder.rglob("prefect.db")} == {place.state_dir / "prefect"}
    assert {path.stat().st_mode & 0o077 for path in (place.state_dir, place.state_dir / "prefect")} == {0}
