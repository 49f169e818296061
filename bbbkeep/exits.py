"""Which exit code wins where several apply; `bbbkeep --help` lists what each means."""

from collections.abc import Iterable

PRECEDENCE = (1, 2, 8, 9, 7, 5, 6, 4, 3, 0)

FINISHED = (0, 3)
"""Nothing stopped the run; with 3 single items failed, which a notice tells and a monitor of nights need not."""


def worst(codes: Iterable[int]) -> int:
    """Return the code that a run with all of *codes* exits with; 0 where there are none.

    A code that is not ours counts as a bug (1).
    """
    known = {code if code in PRECEDENCE else 1 for code in codes}
    return next((code for code in PRECEDENCE if code in known), 0)
