"""Keep one server: begin, take the steps in order, say what it came to.

A step that raises ends the run of its server: what follows builds on it.  The
report is written and the lease given back in any case, and the other servers
have their turn, also after a bug.
"""

from collections.abc import Callable, Sequence
from typing import Any

from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from bbbkeep.clock import SystemClock
from bbbkeep.errors import KeepError
from bbbkeep.exits import worst
from bbbkeep.operations.bug_log import write_bug
from bbbkeep.operations.night import Night
from bbbkeep.operations.summary import Problem, Summary
from bbbkeep.selection import Selection
from bbbkeep.site import SiteRef
from tasks.night import begin_night, end_night
from tasks.notices import end_nights, tell_night

Step = Callable[[SiteRef, Night, Summary, Selection], None]

EVERYTHING = Selection()

# Prefect's own default has no bound; its flows' types do not admit its own runner.
TWO_AT_A_TIME: Any = ThreadPoolTaskRunner(max_workers=2)


def keep(
    ref: SiteRef,
    command: str,
    steps: Sequence[Step],
    last: Sequence[Step] = (),
    asked: Selection = EVERYTHING,
) -> Summary:
    """Take *steps* until one raises, and *last* in any case; never raises but when it is stopped from outside."""
    summary = Summary(ref.server)
    try:
        night = begin_night(ref, command, SystemClock().now())
    except Exception as error:  # noqa: BLE001  # a bug here must not cost the other servers their night
        _note(ref, summary, "begin", error)
        return _told(ref, summary, command)
    try:
        _take(steps, ref, night, summary, asked)
        _take(last, ref, night, summary, asked)
    except BaseException:  # Ctrl-C, or a worker that is told to stop
        summary.problems.append(Problem("run", "it was stopped from outside", 1))
        _end(ref, night, summary)
        raise
    return _told(ref, _end(ref, night, summary), command)


def _take(steps: Sequence[Step], ref: SiteRef, night: Night, summary: Summary, asked: Selection) -> None:
    for step in steps:
        try:
            step(ref, night, summary, asked)
        except Exception as error:  # noqa: BLE001  # same
            _note(ref, summary, step.__name__.replace("_", " "), error)
            return


def _end(ref: SiteRef, night: Night, summary: Summary) -> Summary:
    try:
        return end_night(ref, night, summary)
    except Exception as error:  # noqa: BLE001  # same
        _note(ref, summary, "end", error)
        return summary


def _note(ref: SiteRef, summary: Summary, step: str, error: Exception) -> None:
    """Take down what went wrong; what is not one of our errors is a bug."""
    if isinstance(error, KeepError):
        problem = Problem(step, str(error), error.exit_code)
    else:
        problem = Problem(step, f"a bug ({type(error).__name__}); {write_bug(ref, error)}", 1)
    summary.problems.append(problem)
    summary.exit = worst(one.exit for one in summary.problems)


def _told(ref: SiteRef, summary: Summary, command: str) -> Summary:
    """Tell the administrators, and show the summary where Prefect shows the run."""
    try:
        summary = tell_night(ref, summary, command)
    except Exception as error:  # noqa: BLE001  # same
        _note(ref, summary, "notice", error)
    get_run_logger().info("\n".join(summary.lines()))
    return summary


def over(config: str | None, state_dir: str | None, summaries: Sequence[Summary]) -> Sequence[Summary]:
    """Let monitors know that a night over these servers has ended; never raises but when it is stopped."""
    try:
        return end_nights(config, state_dir, summaries)
    except Exception as error:  # noqa: BLE001  # same
        for last in summaries[-1:]:
            _note(SiteRef(last.server, config, state_dir), last, "monitors", error)
        return summaries


def finished(summaries: Sequence[Summary]) -> State[list[Summary]]:
    """Return the state a run ends in: failed unless its exit code is 0, the summaries in either case."""
    if worst(summary.exit for summary in summaries) == 0:
        return Completed(data=list(summaries))
    return Failed(message="; ".join(_in_short(one) for one in summaries if one.exit), data=list(summaries))


def _in_short(summary: Summary) -> str:
    why = next((f": {one.message}" for one in summary.problems if one.exit == summary.exit), "")
    return f"{summary.server}: exit {summary.exit}{why}"
