"""`bbbkeep audit ...`."""

import json
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bbbkeep.cli.options import FILE, json_option, opened, site_options
from bbbkeep.counted import many

if TYPE_CHECKING:
    from bbbkeep.operations.deletion_proof import Proof

MOST_ROWS = 200
SHORT = 12
"""How much of a digest tells it from any other at a glance."""


@click.group("audit")
def command() -> None:
    """Check and export the chain of events, and prove what was deleted.

    Note the head that `verify` prints somewhere else: only against it a chain
    that was cut, or rewritten as a whole, is found.
    """


@command.command("verify")
@click.option("--head", metavar="SEQ:HASH", help="A head printed earlier: finds a cut tail.")
@click.option(
    "--deletions", "proof", type=FILE, help="Hold this file of `audit deletions` to the chain, too."
)
@site_options
@json_option
def verify(
    head: str | None,
    proof: Path | None,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    as_json: bool,
) -> int:
    """Check that no event was changed, moved or taken out.

    With --deletions also that no line of a proof was, and that none is missing.

    Exit 3: one was.
    """
    from bbbkeep.cli import output
    from bbbkeep.operations.auditing import noted_head, verified
    from bbbkeep.operations.deletion_proof import compare

    expected = noted_head(head) if head is not None else None
    with opened(server, config, state_dir) as site:
        found = verified(site, expected)
        if proof is not None and found["whole"]:
            found["deletions"] = compare(site, proof).document()
    if as_json:
        output.document(found)
    else:
        _show(found)
    return 0 if found["whole"] and found.get("deletions", found)["whole"] else 3


def _show(found: dict[str, Any]) -> None:
    from bbbkeep.cli import output

    if not found["whole"]:
        click.echo(output.plain(f"{found['server']}: BROKEN at record {found['record']}: {found['problem']}"))
        return
    click.echo(f"{found['server']}: whole; head {found['head']}")
    proof = found.get("deletions")
    if proof is None:
        return
    for one in proof["problems"]:
        place = f"{proof['file']}:{one['line']}" if one["line"] else proof["file"]
        who = f"{one['record_id']}: " if one["record_id"] else ""
        click.echo(output.plain(f"{place}: {who}{one['problem']}"))
    if proof["left_out"]:
        click.echo(f"and {proof['left_out']} more")
    said = "NOT as the chain has them" if proof["problems"] else "as the chain has them, none missing"
    click.echo(output.plain(f"{proof['file']}: {proof['lines']} deletions, {said}"))


@command.command("deletions")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only from this day (UTC) on.")
@click.option("--out", type=FILE, help="Write a proof for `audit verify --deletions`, for its owner only.")
@site_options
@json_option
def deletions(
    since: datetime | None,
    out: Path | None,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    as_json: bool,
) -> int:
    """Prove what was deleted: when, by which rule of which policy.

    From the chain of events alone: record IDs, no names.  What could not be
    verified is no deletion; it is counted apart.

    Exit 3: the chain is broken, so it proves nothing.
    """
    from bbbkeep.cli import output
    from bbbkeep.operations.auditing import noted_head, verified
    from bbbkeep.operations.deletion_proof import Proof

    with opened(server, config, state_dir) as site:
        found = verified(site, None)
        if not found["whole"]:
            output.document(found) if as_json else _show(found)
            return 3
        proof = Proof(site, noted_head(found["head"]), since.replace(tzinfo=UTC) if since else None)
        if out is not None:
            _write(proof, out)
        if as_json:
            output.streamed(_document(proof))
        elif out is None:
            _show_deletions(proof)
    return 0


def _write(proof: "Proof", path: Path) -> None:
    from bbbkeep.operations.deletion_proof import proof_lines
    from bbbkeep.reports.wholefile import whole_file

    with whole_file(path) as file:
        file.writelines(f"{line}\n" for line in proof_lines(proof))
    click.echo(f"wrote {proof.count} deletions to {path}", err=True)
    if proof.unproven:
        click.echo(_unproven(proof), err=True)


def _document(proof: "Proof") -> Iterator[str]:
    """Spell the document a piece at a time; what is known at the end comes last."""
    yield '{"deletions": ['
    for number, one in enumerate(proof.lines()):
        yield (",\n" if number else "\n") + json.dumps(one)
    last = {**proof.seal(), "unverified": list(proof.unproven)}
    yield "\n], " + json.dumps(last)[1:] + "\n"


def _show_deletions(proof: "Proof") -> None:
    from bbbkeep.cli import output

    newest = deque(proof.lines(), MOST_ROWS)
    if proof.count > len(newest):
        click.echo(
            f"{many(proof.count - len(newest), 'earlier one is', 'earlier ones are')} not shown; --json and --out hold all"
        )
    header = ("deleted (UTC)", "record_id", "rule", "policy", "run_id")
    output.table(header, [_cells(one) for one in newest])
    if proof.unproven:
        click.echo(_unproven(proof))
    click.echo(f"{many(proof.count, 'deletion')}; head {proof.seal()['head']}")


def _unproven(proof: "Proof") -> str:
    """Say what no line stands for: such a recording may be gone all the same."""
    return (
        f"{many(len(proof.unproven), 'recording has', 'recordings have')} a delete that could not be verified"
    )


def _cells(one: Mapping[str, Any]) -> tuple[object, ...]:
    when = one["deleted_at"][:16].replace("T", " ")
    return when, one["record_id"], one["rule"] or "-", (one["policy_digest"] or "-")[:SHORT], one["run_id"]


@command.command("export")
@click.option("--out", type=FILE, help="File to write, for its owner only; default: stdout.")
@site_options
def export(out: Path | None, server: str | None, config: Path | None, state_dir: Path | None) -> None:
    """Write the server's events, one JSON line each."""
    from bbbkeep.operations.auditing import event_lines
    from bbbkeep.reports.wholefile import whole_file

    with opened(server, config, state_dir) as site:
        if out is None:
            for line in event_lines(site):
                click.echo(line)
            return
        with whole_file(out) as file:
            file.writelines(f"{line}\n" for line in event_lines(site))
    click.echo(f"wrote {out}", err=True)
