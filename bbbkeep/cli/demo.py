"""`bbbkeep demo`: three nights on a local server, with the commands an administrator would type."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bbbkeep.standin.server import LocalServer

RECORDINGS, SEED = 1200, 7
SAMPLES = Path(__file__).parents[2] / "data" / "demo"
CAPTIONS = {"lecture.srt": "en", "vorlesung.srt": "de", "talk.ass": "en", "seminar.vtt": "en-US"}

CONFIG = """\
servers:
  demo:
    url: {url}
    secret: {{file: secret}}
policy: policy.yaml
state_dir: state
captions_dir: captions
sheets_dir: sheets
reports_dir: reports
captions: {{deadline_minutes: 2}}
"""


@click.command("demo")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".demo"),
    show_default=True,
    help="Where the demo keeps its files; an earlier demo's are replaced.",
)
@click.option("--stay", is_flag=True, help="Keep the local server running afterwards, until Ctrl-C.")
def command(folder: Path, *, stay: bool) -> int:
    """Run three nights against a local server: plan, approve and apply, nothing left.

    Needs no account, no server and no network; it takes about a minute.
    """
    from bbbkeep.standin.server import LocalServer

    _clear(folder)
    with LocalServer(recordings=RECORDINGS, seed=SEED, caption_delay=0.2) as server:
        click.echo(f"A local BigBlueButton server with {RECORDINGS} recordings runs at {server.url}\n")
        _prepare(folder, server)
        before = _truth(server, folder / "server-before.json")
        code = _three_nights(folder, server)
        after = _truth(server, folder / "server-after.json")
        if code == 0:
            _sum_up(folder, before, after)
        if stay:
            _wait(folder)
    return code


def _clear(folder: Path) -> None:
    """Make room, but only where an earlier demo was."""
    from bbbkeep.errors import UsageError

    if not SAMPLES.is_dir():
        raise UsageError(
            f"the demo's sample files are not at {SAMPLES}; run it from a clone of the repository"
        )
    if folder.exists():
        if any(folder.iterdir()) and not (folder / ".bbbkeep-demo").is_file():
            raise UsageError(f"{folder} holds something else than a demo; name another folder with --dir")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / ".bbbkeep-demo").touch()


def _prepare(folder: Path, server: "LocalServer") -> None:
    (folder / "bbbkeep.yaml").write_text(CONFIG.format(url=server.url), encoding="utf-8")
    (folder / "secret").touch(mode=0o600)
    (folder / "secret").write_text(server.secret, encoding="utf-8")
    shutil.copy(SAMPLES / "policy.yaml", folder / "policy.yaml")
    recordings = json.loads(_run(folder, "inventory", "--json", quiet=True).stdout)["recordings"]
    published = [one for one in recordings if one["state"] == "published" and one["start"]]
    _lay_sheet(folder / "sheets", published)
    _lay_captions(folder / "captions", published)


def _lay_sheet(folder: Path, published: Sequence[Mapping[str, Any]]) -> None:
    """Hold the oldest test recording, name three presenters, take one key away."""
    folder.mkdir()
    by_age = sorted(published, key=lambda one: str(one["start"]))
    tests = [one for one in by_age if one["metadata"].get("category") == "test"]
    tagged = [one for one in by_age if one["metadata"].get("category") not in {None, "test", "meeting"}]
    rows = [(tests[0]["record_id"], "bbbkeep-hold", "appeal 2031-17")]
    rows += [(one["record_id"], "presenter", "Grace Hopper & team") for one in tagged[-3:]]
    rows += [(tagged[0]["record_id"], "category", "!remove")]
    lines = [",".join(row) for row in [("record_id", "key", "value"), *rows]]
    (folder / "corrections.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _lay_captions(folder: Path, published: Sequence[Mapping[str, Any]]) -> None:
    folder.mkdir()
    newest = sorted(published, key=lambda one: str(one["start"]), reverse=True)
    for (name, lang), recording in zip(CAPTIONS.items(), newest[10:], strict=False):
        sample = SAMPLES / name
        shutil.copy2(sample, folder / f"{recording['record_id']}.{lang}{sample.suffix}")


def _three_nights(folder: Path, server: "LocalServer") -> int:
    click.echo(f"$ cd {folder}")
    click.echo("The first night corrects and captions; the policy waits for somebody to look at it.")
    first = _run(folder, "nightly")
    if first.returncode != 0:
        return first.returncode
    plans = sorted((folder / "state" / "plans" / "demo").glob("retention-*.json"))
    click.echo("Somebody looked at the plan.")
    approval = _run(folder, "retention", "approve", plans[-1].stem, "--reason", "demo")
    click.echo("The second night carries out what was approved.")
    second = _run(folder, "nightly")
    shutil.copy(folder / "reports" / "report.html", folder / "report.html")
    written = len(server.writes)
    click.echo("The third night finds nothing left to do.")
    third = _run(folder, "nightly")
    if len(server.writes) != written:
        click.echo("bbbkeep: the third night wrote to the server; that is a bug", err=True)
        return 1
    return next((run.returncode for run in (approval, second, third) if run.returncode), 0)


def _run(folder: Path, *words: str, quiet: bool = False) -> "subprocess.CompletedProcess[str]":
    """Run a command as an administrator would, in the demo's folder."""
    if not quiet:
        click.echo(f"$ bbbkeep {' '.join(words)}")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("BBB", "PREFECT"))
    }
    done = subprocess.run(  # noqa: S603  # our own program, with words of our own
        [sys.executable, "-m", "bbbkeep", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if not quiet or done.returncode:
        click.echo(done.stdout + (done.stderr if done.returncode else ""))
    return done


def _truth(server: "LocalServer", path: Path) -> dict[str, dict[str, Any]]:
    """Write down what the server itself holds, not what any client was told."""
    state = server.state
    found: dict[str, dict[str, Any]] = {}
    for record_id in state.record_ids():
        recording = state.recording(record_id)
        if recording is not None:
            found[record_id] = {
                "state": recording.state,
                "end_ms": recording.end_ms,
                "metadata": dict(recording.metadata),
                "text_tracks": [f"{one.kind} {one.lang} ({one.source})" for one in recording.tracks],
            }
    path.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return found


def _sum_up(folder: Path, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    def changed(facet: str) -> list[str]:
        return [one for one in before if one in after and before[one][facet] != after[one][facet]]

    gone = [one for one in changed("state") if after[one]["state"] == "deleted"]
    held = [one for one in gone if "bbbkeep-hold" in after[one]["metadata"]]
    click.echo("What the server itself says now:")
    click.echo(f"  {len(gone)} recordings deleted, {len(held)} of them on hold")
    click.echo(
        f"  {len(changed('state')) - len(gone)} unpublished, {len(changed('metadata'))} with other metadata"
    )
    click.echo(f"  {len(changed('text_tracks'))} with new captions")
    click.echo(f"\nThe second night's report: {folder / 'report.html'}")
    click.echo(f"The last night's report:   {folder / 'reports' / 'report.html'}")


def _wait(folder: Path) -> None:
    import threading

    click.echo(f"\nThe server is still running; in {folder} try: bbbkeep inventory.  Ctrl-C ends it.")
    threading.Event().wait()
