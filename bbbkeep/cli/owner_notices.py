"""Show the messages to owners, or what became of them."""

from collections.abc import Sequence

import click

from bbbkeep.cli import output
from bbbkeep.counted import many
from bbbkeep.operations.owner_notices import UNSENT, Due, Told


def show_due(due: Sequence[Due], *, as_json: bool) -> int:
    """Print each message that would be sent."""
    if as_json:
        output.document({"messages": [_document(one) for one in due]})
        return 0
    for one in due:
        click.echo(f"To: {output.plain(one.address or 'the administrators')}")
        for line in [f"Subject: {one.message.title}", "", *one.message.text.splitlines(), ""]:
            click.echo(output.plain(line))
    click.echo(f"{many(len(due), 'message')}; none was sent")
    return 0


def show_told(told: Told, *, as_json: bool) -> int:
    """Print how many messages were sent and what was wrong with the others."""
    if as_json:
        output.document({"sent": told.sent, "problems": told.problems, "waiting": told.waiting or None})
    else:
        click.echo(told.waiting or f"{many(told.sent, 'message')} sent")
        for one in told.problems:
            click.echo(output.plain(one), err=True)
    return UNSENT if told.problems else 0


def _document(due: Due) -> dict[str, object]:
    return {
        "to": due.address,
        "stage_days": due.stage,
        "title": due.message.title,
        "text": due.message.text,
        "record_ids": [line.record_id for line in due.lines],
    }
