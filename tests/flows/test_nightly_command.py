"""`bbbkeep nightly` prints our lines only, and leaves nothing of Prefect outside the state folder."""

import json
import os
import subprocess
import sys

import pytest
from flows_site import Place, a_recording

from bbbkeep.standin.server import LocalServer

pytestmark = pytest.mark.prefect


def nightly(place: Place, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user with an empty home would."""
    home = place.folder / "home"
    home.mkdir()
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "BBB", "XDG"))
    }
    return subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-m", "bbbkeep", "nightly", "--config", str(place.config), *words],
        env={**kept, "HOME": str(home), **environment},
        cwd=place.folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_prints_our_lines_and_leaves_the_home_empty(
    place: Place, server: LocalServer, prefect_server: str
) -> None:
    server.state.add(a_recording(1, 10))

    ran = nightly(place, PREFECT_API_URL=prefect_server)

    report = place.path("reports", "report.html")
    assert ran.stdout == f"main: 1 recordings, complete\n  nothing was written\n  report: {report}\n"
    assert ran.stderr == f"state folder: {place.state_dir}\n"
    assert ran.returncode == 0
    assert list((place.folder / "home").iterdir()) == []
    assert (place.state_dir / "prefect").is_dir()


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


def test_it_shows_how_far_the_captions_are(place: Place, server: LocalServer, prefect_server: str) -> None:
    recording = a_recording(1, 10)
    server.state.add(recording)
    cue = "1\n00:00:01,000 --> 00:00:03,000\nGuten Tag.\n"
    place.lay("captions", f"{recording.record_id}.de.srt", cue)

    ran = nightly(place, PREFECT_API_URL=prefect_server)

    assert ran.returncode == 0, ran.stdout
    assert ran.stderr.splitlines()[1:] == [
        "caption files converted: 1 of 1",
        "captions sent: 1 of 1",
        "captions sent; waiting until the server shows the last of them",
    ]


@pytest.mark.long
def test_it_needs_no_prefect_server(place: Place, server: LocalServer) -> None:
    server.state.add(a_recording(1, 10))

    ran = nightly(place)

    assert (ran.returncode, ran.stderr) == (0, f"state folder: {place.state_dir}\n")
    assert list((place.folder / "home").iterdir()) == []
    assert {path.parent for path in place.folder.rglob("prefect.db")} == {place.state_dir / "prefect"}
    assert {path.stat().st_mode & 0o077 for path in (place.state_dir, place.state_dir / "prefect")} == {0}
