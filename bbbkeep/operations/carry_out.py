"""Carry one run through, chunk by chunk, and end it properly whatever stops it.

Without an end a run keeps its lease, and what it did has no last word.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bbbkeep.errors import KeepError, LedgerError
from bbbkeep.exits import worst
from bbbkeep.model import ItemOutcome
from bbbkeep.operations.chunks import PlanRef
from bbbkeep.plans.run import RunRef, exit_code

Finish = Callable[[], list[ItemOutcome]]


@dataclass(frozen=True, slots=True)
class Carried:
    """What a run came to; `stopped_by` is what broke it off, if anything did."""

    run_id: str
    outcomes: Sequence[ItemOutcome]
    stopped_by: KeepError | None = None
    remarks: tuple[str, ...] = ()
    """What the run could not find out, for people."""

    @property
    def exit(self) -> int:
        stopped = self.stopped_by.exit_code if self.stopped_by else 0
        return worst([stopped, exit_code(self.outcomes)])


def carry_out(
    run: RunRef,
    plan: PlanRef,
    write: Callable[[Sequence[int]], object],
    *,
    finish: Finish,
    give_up: Finish,
) -> Carried:
    """Hand each chunk's numbers to *write*, then *finish*; where anything stops that, *give_up*.

    *give_up* ends the run without asking the server anything.

    Raises:
        LedgerError: the end can't be recorded either.
        KeyboardInterrupt: after the run was ended.
    """
    try:
        for numbers in plan.chunks():
            write(numbers)
        return Carried(run.run_id, finish(), remarks=run.remarks)
    except LedgerError:
        raise
    except KeepError as error:
        return Carried(run.run_id, give_up(), error, run.remarks)
    except BaseException:
        give_up()
        raise
