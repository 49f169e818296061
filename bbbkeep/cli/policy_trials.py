"""`bbbkeep retention test` and `what-if`: try a policy before anything obeys it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bbbkeep.cli.options import FILE, json_option, opened, site_options

if TYPE_CHECKING:
    from bbbkeep.retention.cases import Result

OWNERS_SHOWN = 10
"""How many owners are named for people; --json names more."""


@click.command("test")
@click.argument("cases", type=FILE)
@click.option("--policy", type=FILE, help="Policy file; default: the one that CASES names.")
@json_option
def test(cases: Path, policy: Path | None, *, as_json: bool) -> int:
    """Judge the recordings that CASES describes; asks no server.

    Each case is a recording and the verdict that its author expects at the
    file's `now`; what a case does not say is unknown, as on a server.  One
    that comes out otherwise is shown with what was expected, what came, and
    why.

    Exit 3: a case came out otherwise.
    """
    from bbbkeep.cli import output
    from bbbkeep.errors import UsageError
    from bbbkeep.retention.cases import load_cases, run_cases
    from bbbkeep.retention.load import load_policy

    loaded = load_cases(cases)
    file = policy or loaded.policy
    if file is None:
        raise UsageError(f"{cases} names no policy: add `policy:` to it, or pass --policy")
    results = list(run_cases(loaded, load_policy(file)))
    failed = [one for one in results if not one.passed]
    if as_json:
        shown = [_result(one) for one in results]
        output.document({"policy": str(file), "cases": shown, "failed": len(failed)})
        return 3 if failed else 0
    for one in failed:
        _show_failed(one)
    click.echo(f"{len(results) - len(failed)} of {len(results)} cases passed")
    return 3 if failed else 0


def _result(one: "Result") -> dict[str, Any]:
    return {
        "name": one.case.name,
        "passed": one.passed,
        "expected": {"verdict": one.case.verdict, "rule": one.case.rule, "sets": one.case.sets},
        "got": {"verdict": one.verdict, "rule": one.rule, "sets": one.sets},
        "reasons": list(one.reasons),
    }


def _show_failed(one: "Result") -> None:
    from bbbkeep.cli import output

    case = one.case
    expected = _said(case.verdict, case.rule, case.sets)
    got = _said(
        one.verdict,
        one.rule if case.rule or one.verdict != case.verdict else None,
        one.sets if case.sets is not None else None,
    )
    click.echo(output.plain(f"FAILED {one.case.name}: expected {expected}, got {got}"))
    for reason in one.reasons:
        click.echo(output.plain(f"  because {reason}"))


def _said(verdict: str, rule: str | None, sets: Mapping[str, str] | None) -> str:
    """Say a verdict, as far as a case asks for it."""
    by = f"{verdict} by {rule}" if rule else verdict
    if sets is None:
        return by
    return f"{by}, set {', '.join(f'{key} to {value}' for key, value in sorted(sets.items())) or 'nothing'}"


@click.command("what-if")
@click.argument("policy", type=FILE)
@click.option("--against", type=FILE, help="Another policy to compare with.")
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), help="As if this day began (UTC); default: now.")
@site_options
@json_option
def what_if(
    policy: Path,
    against: Path | None,
    at: datetime | None,
    server: str | None,
    config: Path | None,
    state_dir: Path | None,
    *,
    as_json: bool,
) -> None:
    """Say what POLICY would do to the last listing, and by when."""
    from bbbkeep.cli import output
    from bbbkeep.operations.what_if import forecast_document
    from bbbkeep.operations.what_if import what_if as compare
    from bbbkeep.retention.load import load_policy

    policies = {str(path): load_policy(path) for path in (policy, against) if path is not None}
    with opened(server, config, state_dir) as site:
        moment = at.replace(tzinfo=UTC) if at else site.clock.now()
        document = forecast_document(site, compare(site, policies, at=moment), moment)
    if as_json:
        output.document(document)
        return
    rows = [_row(one["policy"], by) for one in document["policies"] for by in one["by"]]
    output.table(("policy", "by", "due", "bytes", "size unknown", "owners", "only here"), rows)
    for one in document["policies"]:
        _say_owners(one["policy"], one["by"][-1])


def _say_owners(policy: str, by: dict[str, Any]) -> None:
    from bbbkeep.cli import output

    named = [f"{one['owner']} ({one['count']})" for one in by["owners_most_hit"][:OWNERS_SHOWN]]
    if named:
        more = by["owners"] - len(named)
        rest = f" and {more} more" if more else ""
        click.echo(output.plain(f"owners hit in {by['days']} days by {policy}: {', '.join(named)}{rest}"))


def _row(policy: str, by: dict[str, Any]) -> tuple[object, ...]:
    from bbbkeep.reports.readable import size

    when = f"in {by['days']} days" if by["days"] else "now"
    return policy, when, by["count"], size(by["bytes"]), by["size_unknown"], by["owners"], by["only_here"]
