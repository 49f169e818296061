"""The list of commands; each is imported only when it is called or asked for help."""

import os
import sys
from importlib import import_module
from io import TextIOWrapper

import click

from bbbkeep import __version__
from bbbkeep.cli import last_words
from bbbkeep.cli.session import Session
from bbbkeep.errors import KeepError
from bbbkeep.interrupts import ending_what_runs

COMMANDS = {
    "demo": "Run three nights against a local server and show the report.",
    "init": "Write a commented bbbkeep.yaml and a policy that only reports.",
    "doctor": "Look at everything a night depends on, and say how it is.",
    "standin": "Run a local BigBlueButton server to try things on.",
    "inventory": "List what there is, by state and metadata.",
    "captions": "Convert caption files, upload them as text tracks.",
    "metadata": "Correct metadata from a CSV sheet.",
    "retention": "Plan, approve and apply what the policy says.",
    "publish": "Let viewers reach recordings again.",
    "unpublish": "Hide recordings from viewers; they stay.",
    "nightly": "Run the whole night: list, correct, caption, retain, report.",
    "runs": "Show what earlier runs did; resume or undo one.",
    "audit": "Check the chain of events; prove what was deleted.",
    "api": "Send one call of the API and print the answer.",
    "sign": "Print the signed URL of a call, or write an upload form.",
    "version": "Print the version.",
}
"""Command name -> its one line in `bbbkeep --help`; the file of that name exports `command`."""

EXITS = """\b
Exit codes:
  0 done, or waiting for an approval    5 the plan is stale or used up
  2 wrong usage, file or policy         6 the sweep is incomplete
  3 some items failed or are unverified 7 another run holds the lease
  4 a guard stopped it                  8 the server refuses the secret
  1 a bug                               9 the server can't be reached"""

NOBODY_READS = 141
"""128 + SIGPIPE, as shells have it."""


class LazyGroup(click.Group):
    """A group that knows its commands' names without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # same
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"bbbkeep.cli.{cmd_name}").command
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; who stops reading our output (`| head`) and Ctrl-C end it without a word of click's."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # What is still buffered must go somewhere, or Python complains at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise click.exceptions.Exit(NOBODY_READS) from None
        except KeyboardInterrupt:
            raise click.Abort from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  # same
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXITS)
@click.version_option(__version__, message="%(version)s")
def cli() -> None:
    """Keep a BigBlueButton site's recordings in order."""


def run(arguments: list[str] | None = None) -> None:
    """Run the command line and exit; an error is one line on stderr and the code of its class."""
    words = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that the terminal can't show is no bug
    with ending_what_runs():
        sys.exit(_run(words, Session(as_json="--json" in words)))


def _run(words: list[str], session: Session) -> int:
    try:
        result = cli.main(args=words, prog_name="bbbkeep", standalone_mode=False, obj=session)
    except click.exceptions.Abort:
        return last_words.interrupted(session)
    except click.ClickException as error:
        return last_words.misused(session, error)
    except KeepError as error:
        return last_words.refused(session, error)
    except Exception as error:  # noqa: BLE001  # the last floor: a bug is said in one line, its traceback goes to a file
        return last_words.broken(session, error)
    return result if isinstance(result, int) else 0
