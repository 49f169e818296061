"""`bbbkeep` itself: its help, how fast it is, and how it ends."""

import os
import signal
import subprocess
import sys

import pytest

from bbbkeep import __version__

TOP = """\
Usage: bbbkeep [OPTIONS] COMMAND [ARGS]...

  Keep a BigBlueButton site's recordings in order.

Options:
  --version   Show the version and exit.
  -h, --help  Show this message and exit.

Commands:
  demo       Run three nights against a local server and show the report.
  init       Write a commented bbbkeep.yaml and a policy that only reports.
  doctor     Look at everything a night depends on, and say how it is.
  standin    Run a local BigBlueButton server to try things on.
  inventory  List what there is, by state and metadata.
  captions   Convert caption files, upload them as text tracks.
  metadata   Correct metadata from a CSV sheet.
  retention  Plan, approve and apply what the policy says.
  publish    Let viewers reach recordings again.
  unpublish  Hide recordings from viewers; they stay.
  nightly    Run the whole night: list, correct, caption, retain, report.
  runs       Show what earlier runs did; resume or undo one.
  audit      Check the chain of events; prove what was deleted.
  api        Send one call of the API and print the answer.
  sign       Print the signed URL of a call, or write an upload form.
  version    Print the version.

  Exit codes:
    0 done, or waiting for an approval    5 the plan is stale or used up
    2 wrong usage, file or policy         6 the sweep is incomplete
    3 some items failed or are unverified 7 another run holds the lease
    4 a guard stopped it                  8 the server refuses the secret
    1 a bug                               9 the server can't be reached
"""

RETENTION = """\
Usage: bbbkeep retention [OPTIONS] COMMAND [ARGS]...

  Plan, approve and apply what the policy says.

  The way to a policy that runs at night: `check` it, `test` it on cases, see
  `what-if` on the last listing, look at its `plan`, `explain` what is not
  clear, then `approve` that plan, once.  From then on `bbbkeep nightly` does
  what `apply` does.

  Nothing is deleted before somebody approved a plan of this very policy.
  Guards hold in any case: 50 recordings and 5 percent at the most, unless the
  policy allows more and says why.

Options:
  -h, --help  Show this message and exit.

Commands:
  apply    Carry out PLAN, or what is due: ask, write, read back.
  approve  Approve the policy that PLAN was made from, for this server.
  check    Say in words what POLICY does, and what looks wrong in it.
  explain  Say what the policy makes of RECORD as last listed, and why.
  notices  Tell owners what goes soon, as each night does.
  plan     List the server and show what is due, and why; writes nothing.
  test     Judge the recordings that CASES describes; asks no server.
  what-if  Say what POLICY would do to the last listing, and by when.
"""

COMMANDS = [
    "publish",
    "unpublish",
    "api",
    "sign",
    "demo",
    "init",
    "inventory",
    "captions convert",
    "captions upload",
    "captions list",
    "captions download",
    "captions status",
    "metadata plan",
    "metadata apply",
    "retention check",
    "retention plan",
    "retention approve",
    "retention apply",
    "retention explain",
    "retention test",
    "retention what-if",
    "retention notices",
    "nightly",
    "runs list",
    "runs show",
    "runs resume",
    "runs undo",
    "audit verify",
    "audit deletions",
    "audit export",
    "version",
]

HEAVY = {"sqlalchemy", "pydantic", "requests", "lxml", "pandas", "prefect", "rich", "starlette", "yaml"}


def a_process(*words: str, code: str = "") -> subprocess.Popen:
    call = ["-c", code] if code else ["-m", "bbbkeep", *words]
    return subprocess.Popen(  # noqa: S603  # our own program, with words of our own
        [sys.executable, *call], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize(("words", "text"), [([], TOP), (["retention"], RETENTION)])
def test_help_reads_like_this(bbbkeep, words, text):
    assert bbbkeep(*words, "--help").out == text


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_in_80_columns(bbbkeep, command):
    told = bbbkeep(*command.split(), "--help")

    assert (told.exit, told.err) == (0, "")
    assert max(len(line) for line in told.out.splitlines()) <= 80
    assert "--help" in told.out


@pytest.mark.parametrize("group", ["metadata", "retention", "runs", "audit"])
def test_a_group_tells_each_command_in_a_whole_sentence(bbbkeep, group):
    assert "..." not in bbbkeep(group, "--help").out.partition("Commands:")[2]


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["nope"], ["retention", "--help"]])
def test_help_and_usage_load_nothing_heavy(words):
    code = (
        "import sys, bbbkeep.cli.app as app\n"
        f"try: app.run({words})\n"
        f"except SystemExit: print('heavy:', sorted({HEAVY} & set(sys.modules)))"
    )
    out, _ = a_process(code=code).communicate()

    assert out.endswith("heavy: []\n")


@pytest.mark.parametrize("words", [["version"], ["--version"]])
def test_the_version_is_one_line(bbbkeep, words):
    assert bbbkeep(*words).out == f"{__version__}\n"


def test_the_module_is_the_command():
    out, err = (started := a_process("runs", "--nope")).communicate()

    assert (started.returncode, out) == (2, "")
    assert err == "bbbkeep: No such option '--nope'; see `bbbkeep runs --help`\n"


def test_who_stops_reading_hears_no_complaint(server, bbbkeep):
    reading = a_process("inventory", "--json")
    told = reading.stderr.readline()
    reading.stdout.close()  # the server has not even been asked: all output meets a closed pipe

    assert told.startswith("state folder: ")
    assert reading.stderr.read() == ""
    assert reading.wait() == 141
    reading.stderr.close()


def boom(*_, **__):
    raise RuntimeError(
        "getRecordings?checksum=0123abcd broke for Sentinel+Secret/42&=% (Sentinel%2BSecret/42%26%3D%25)"
    )


def test_a_bug_is_one_line_and_a_traceback_without_secrets_in_the_state_folder(
    server, bbbkeep, monkeypatch, tmp_path
):
    monkeypatch.setattr("bbbkeep.operations.inventory.sweep_all", boom)
    told = bbbkeep("inventory", "--json")

    [log] = (tmp_path / "state" / "bugs").iterdir()
    assert told.exit == 1
    assert (
        told.last_line == f"bbbkeep: this is a bug in bbbkeep; please report it with the traceback in {log}"
    )
    assert told.document["error"]["class"] == "Bug"
    assert "Traceback" in log.read_text()
    assert "getRecordings?checksum=*** broke for *** (***)" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_a_bug_before_anything_is_known_leaves_its_traceback_with_the_temporary_files(
    bbbkeep, monkeypatch, tmp_path
):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("bbbkeep.settings.read_settings", boom)

    assert bbbkeep("runs", "list").exit == 1
    assert len(list(tmp_path.glob("bug-*.log"))) == 1


def test_ctrl_c_is_one_line_and_exit_130(server, bbbkeep, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("bbbkeep.operations.inventory.sweep_all", interrupted)
    told = bbbkeep("inventory", "--json")

    assert told.exit == 130
    assert told.err.splitlines()[1:] == ["bbbkeep: interrupted; `bbbkeep runs list` shows what was begun"]
    assert told.document["error"]["exit"] == 130


def test_sigterm_ends_a_command_like_ctrl_c(server, bbbkeep, monkeypatch):
    def terminated(*_, **__):
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()

    monkeypatch.setattr("bbbkeep.operations.inventory.sweep_all", terminated)
    before = signal.getsignal(signal.SIGTERM)
    told = bbbkeep("inventory")

    assert told.exit == 130
    assert told.last_line == "bbbkeep: interrupted; `bbbkeep runs list` shows what was begun"
    assert signal.getsignal(signal.SIGTERM) is before
