"""How a run that went wrong is told: one line on stderr, one document on stdout where `--json` asks for it.

The traceback of a bug goes to a file, without secrets and signed URLs.
"""

import json

import click

from bbbkeep.cli.session import Session
from bbbkeep.errors import KeepError

INTERRUPTED = 130
"""128 + SIGINT, as shells have it; not in the table, because nobody reads it but a shell."""


def refused(session: Session, error: KeepError) -> int:
    """Word an error of ours; return its exit code."""
    _say(session, type(error).__name__, str(error), error.exit_code)
    return error.exit_code


def misused(session: Session, error: click.ClickException) -> int:
    """Word wrong usage, and where its help is."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
        return 2
    context = getattr(error, "ctx", None)
    where = f"; see `{context.command_path} --help`" if context else ""
    _say(session, "UsageError", f"{error.format_message().strip().rstrip('.')}{where}", 2)
    return 2


def interrupted(session: Session) -> int:
    """Word Ctrl-C."""
    _say(session, "Interrupted", "interrupted; `bbbkeep runs list` shows what was begun", INTERRUPTED)
    return INTERRUPTED


def broken(session: Session, error: Exception) -> int:
    """Word a bug; its traceback goes to a file."""
    from bbbkeep.bug_log import keep_traceback

    where = keep_traceback(error, session.state_dir, session.secrets)
    _say(session, "Bug", f"this is a bug in bbbkeep; please report it with the traceback in {where}", 1)
    return 1


def _say(session: Session, name: str, message: str, code: int) -> None:
    from bbbkeep.cli.output import plain

    if session.as_json and not session.printed:
        click.echo(json.dumps({"error": {"class": name, "message": message, "exit": code}}))
    click.echo(f"bbbkeep: {plain(message)}", err=True)
