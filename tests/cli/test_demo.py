"""What the demo promises: three nights that end as they should, and nobody's folder replaced."""

import json
import subprocess
import sys

import pytest

from bbbkeep.cli.app import run


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(SystemExit) as left:
        run(["demo", "--dir", str(tmp_path)])

    assert left.value.code == 2
    assert "holds something else than a demo" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.long
def test_the_demo_deletes_only_what_was_due_and_ends_with_nothing_to_do(tmp_path):
    folder = tmp_path / "demo"
    command = [sys.executable, "-m", "bbbkeep", "demo", "--dir", str(folder)]

    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own words

    assert (done.returncode, done.stderr) == (0, "")
    assert "nothing was written" in done.stdout.split("The third night")[1]
    before, after = (json.loads((folder / f"server-{when}.json").read_text()) for when in ("before", "after"))
    gone = [one for one in before if before[one]["state"] != after[one]["state"] == "deleted"]
    assert gone
    assert {before[one]["metadata"]["category"] for one in gone} == {"test"}
    assert not [one for one in gone if "bbbkeep-hold" in after[one]["metadata"]]
    assert sum(before[one]["text_tracks"] != after[one]["text_tracks"] for one in before) == 4
    assert "delete" in (folder / "report.html").read_text()
