"""What a night says to people and monitors when it is over: a notice, a heartbeat, a metric.

None of it undoes or repeats anything: what can't be told is told in the
run's own summary.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bbbkeep.clock import Clock, SystemClock
from bbbkeep.errors import LedgerError
from bbbkeep.exits import FINISHED, worst
from bbbkeep.ledger import inventory, notices, runs
from bbbkeep.notices.heartbeat import ping
from bbbkeep.notices.metrics import Figures, metrics_text, write_metrics
from bbbkeep.notices.send import Message, send, shortened
from bbbkeep.operations.doctor import check_nights
from bbbkeep.operations.summary import Problem, Summary
from bbbkeep.settings import Settings
from bbbkeep.site import Site, site_of

KIND, MISSING = "night", "missing night"
COMMAND = "nightly"
UNSENT = 3

_WORDS = {
    1: "a bug",
    2: "the configuration is wrong",
    3: "some items failed",
    4: "a guard stopped it",
    5: "a plan was refused",
    6: "the listing is incomplete",
    7: "another run is at work",
    8: "the server refuses the secret",
    9: "the server can't be reached",
}


def message_of(summary: Summary) -> Message | None:
    """Word what administrators should know of one server's night; None: nothing.

    A night that ended well is told only where something waits for them.
    """
    if summary.exit:
        what = _WORDS.get(summary.exit, "it went wrong")
        title = f"bbbkeep, {summary.server}: {what} (exit {summary.exit})"
        return Message(title, shortened("\n".join(summary.lines())), "failure")
    if summary.waiting:
        title = f"bbbkeep, {summary.server}: waiting for you"
        return Message(title, shortened("\n".join(summary.lines())), "warning")
    return None


def tell_night(settings: Settings, summary: Summary, command: str, clock: Clock | None = None) -> Summary:
    """Send at most one notice about a run over one server, and return its summary.

    One that nobody took is a problem of the night, with exit code 3.  A ledger
    that can't be opened keeps no notice back: it is then what is told.
    """
    message = message_of(summary)
    if message is None or not settings.notices.urls:
        return summary
    try:
        with site_of(settings, summary.server, clock or SystemClock()) as site:
            problems = _tell_once(site, summary, command, message)
    except LedgerError:
        problems = send(settings.notices.urls, message).problems
    return _with(summary, [Problem("notice", one, UNSENT) for one in problems])


def _tell_once(site: Site, summary: Summary, command: str, message: Message) -> Sequence[str]:
    """Send it unless this run was told of before; a run that could not begin counts once a day."""
    key = summary.run_id or f"{command} {site.clock.now():%Y-%m-%d} exit {summary.exit}"
    return _once(site, KIND, key, message)


def _once(site: Site, kind: str, key: str, message: Message) -> Sequence[str]:
    urls = site.settings.notices.urls
    if not urls:
        return ()
    with site.ledger.read() as conn:
        if notices.sent(conn, site.key, kind, [key]):
            return ()
    delivery = send(urls, message)
    if delivery.taken:
        with site.ledger.write() as conn:
            notices.note(conn, site.key, kind, [key], message.digest, site.clock.now())
    return delivery.problems


def tell_missing(settings: Settings, server: str | None, clock: Clock | None = None) -> list[str]:
    """Return which servers have had no good night for too long, and tell administrators once a day.

    What could not be told is among it.
    """
    at = clock or SystemClock()
    found: list[str] = []
    for one in check_nights(settings, server, at):
        lines = [check.text for check in one.checks if check.exit]
        if not lines:
            continue
        found += [f"{one.subject}: {line}" for line in lines]
        message = Message(f"bbbkeep, {one.subject}: no good night", "\n".join(lines), "failure")
        with site_of(settings, one.subject, at) as site:
            found += _once(site, MISSING, f"{at.now():%Y-%m-%d}", message)
    return found


def end_nights(settings: Settings, summaries: Sequence[Summary], clock: Clock | None = None) -> list[Summary]:
    """Write the metrics of every server, and ping the heartbeat if nothing stopped any of *summaries*.

    Whatever fails here is said in the last summary, and changes no exit code:
    a monitor that hears nothing raises the alarm itself.
    """
    told = list(summaries)
    problems = []
    if settings.metrics_file is not None:
        problems.append(("metrics", _write_metrics(settings, settings.metrics_file, clock or SystemClock())))
    if settings.heartbeat_url is not None and worst(one.exit for one in told) in FINISHED:
        problems.append(("heartbeat", ping(settings.heartbeat_url)))
    found = [Problem(step, text, 0) for step, text in problems if text]
    return [*told[:-1], *(_with(one, found) for one in told[-1:])]


def _with(summary: Summary, problems: Sequence[Problem]) -> Summary:
    code = worst([summary.exit, *(one.exit for one in problems)])
    return replace(summary, problems=[*summary.problems, *problems], exit=code)


def _write_metrics(settings: Settings, path: Path, clock: Clock) -> str:
    try:
        write_metrics(path, metrics_text([figures_of(settings, name, clock) for name in settings.servers]))
    except (OSError, LedgerError) as error:
        return f"metrics_file was not written: {getattr(error, 'strerror', None) or error}"
    return ""


def figures_of(settings: Settings, name: str, clock: Clock) -> Figures:
    """Return what the ledger knows of a server's last night."""
    with site_of(settings, name, clock) as site, site.ledger.read() as conn:
        last = runs.latest(conn, site.key, COMMAND)
        since = runs.outcomes_since(conn, site.key, last.started_at) if last else []
        until = last.finished_at if last and last.finished_at else clock.now()
        counted = Counter(
            (one.action, str(one.outcome)) for one in since if one.at is None or one.at <= until
        )
        return Figures(
            server=name,
            last_success=runs.last_good(conn, site.key, COMMAND),
            started=last.started_at if last else None,
            ended=last.finished_at if last else None,
            exit_code=last.exit_code if last else None,
            outcomes=counted,
            recordings=inventory.count_by_state(conn, site.key),
        )
