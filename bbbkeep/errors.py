"""Every error this package raises, and what the caller does next.

    KeepError
     ├── UsageError                 wrong usage or missing file   (stop: fix it, run again; exit 2)
     │    └── FileError             a file at a line is wrong     (stop: file, line, column, remedy; exit 2)
     │         ├── ConfigError      bbbkeep.yaml
     │         ├── PolicyError      the retention policy
     │         ├── HoldListError    a list of holds
     │         └── SheetError       a metadata sheet
     ├── LedgerError                the ledger can't be used      (stop: nothing was written; exit 2)
     ├── GuardError                 a guard tripped               (stop before any write; exit 4)
     ├── PlanRefusedError           stale, consumed, changed, foreign plan  (stop: plan again; exit 5)
     ├── IncompleteSweepError       the listing can't be trusted  (stop this server; exit 6)
     ├── LeaseHeldError             another run is writing        (stop: later; exit 7)
     ├── CaptionError               a file can't become a track   (skip this file; exit 3)
     ├── CaptionWorkerError         accepted, and none appears    (stop sending captions; exit 3)
     ├── ArchiveError               what a write destroys can't be saved  (skip this item; exit 3)
     └── BbbError                   a call to a server
          ├── BbbRejectedError      the server answered FAILED    (skip this item; exit 3)
          │    └── BbbUnsupportedError  it does not have this call (skip all such items; exit 3)
          ├── BbbAuthError          it refuses the secret         (stop this server at once; exit 8)
          └── BbbUnavailableError   no usable answer              (retry a read; read a write back; exit 9)

Every class pickles (Prefect serializes exceptions): `__init__` hands its own
arguments to `super().__init__`, and `__str__` builds the text.  No message
holds a secret, a checksum or a signed URL.
"""

from pathlib import Path
from typing import ClassVar


class KeepError(Exception):
    """Whatever bbbkeep refuses or fails to do; `exit_code` is the command's."""

    exit_code: ClassVar[int] = 1


class UsageError(KeepError):
    """The command can't be carried out as it was given."""

    exit_code = 2


class FileError(UsageError):
    """A file written by a person is wrong: where, what, and the remedy."""

    def __init__(
        self,
        path: Path | str,
        problem: str,
        remedy: str = "",
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        super().__init__(path, problem, remedy, line, column)
        self.path, self.problem, self.remedy, self.line, self.column = path, problem, remedy, line, column

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        return f"{place}: {self.problem}" + (f"; {self.remedy}" if self.remedy else "")


class ConfigError(FileError):
    """bbbkeep.yaml, or what stands for it in the environment, is wrong."""


class PolicyError(FileError):
    """The retention policy can't be obeyed as written."""


class HoldListError(FileError):
    """A list of holds is missing, unreadable or not whole."""


class SheetError(FileError):
    """A metadata sheet can't be read as a whole."""


class LedgerError(KeepError):
    """The ledger can't be opened, read or written: without it no write is sent."""

    exit_code = 2


class GuardError(KeepError):
    """Guards stopped a plan before any write."""

    exit_code = 4

    def __init__(self, guards: tuple[str, ...]) -> None:
        super().__init__(guards)
        self.guards = guards

    def __str__(self) -> str:
        return (
            f"stopped by a guard, nothing was written: {'; '.join(self.guards)}; "
            "narrow the policy, or loosen its guards and say why"
        )


class PlanRefusedError(KeepError):
    """A plan is stale, consumed, changed, or was made for another server."""

    exit_code = 5


class IncompleteSweepError(KeepError):
    """A sweep could not be shown to be complete."""

    exit_code = 6

    def __init__(self, server: str, because: str) -> None:
        super().__init__(server, because)
        self.server, self.because = server, because

    def __str__(self) -> str:
        return f"{self.server}: the sweep is incomplete ({self.because}); nothing that depends on it was done"


class LeaseHeldError(KeepError):
    """Another run may be writing to this server."""

    exit_code = 7

    def __init__(self, server: str, owner: str, until: str) -> None:
        super().__init__(server, owner, until)
        self.server, self.owner, self.until = server, owner, until

    def __str__(self) -> str:
        return f"{self.server}: {self.owner} is writing to it, at most until {self.until}; run again later"


class CaptionError(KeepError):
    """A caption file can't become a text track."""

    exit_code = 3

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(file, problem)
        self.file, self.problem = file, problem

    def __str__(self) -> str:
        return f"{self.file}: {self.problem}"


class CaptionWorkerError(KeepError):
    """The server accepts text tracks and shows none of them: sending more would only lengthen its queue."""

    exit_code = 3

    def __init__(self, server: str, accepted: int, minutes: int) -> None:
        super().__init__(server, accepted, minutes)
        self.server, self.accepted, self.minutes = server, accepted, minutes

    def __str__(self) -> str:
        return (
            f"{self.server}: {self.accepted} text tracks were accepted and none of them appeared within "
            f"{self.minutes} minutes, so no more were sent; its caption worker seems to be dead "
            "(`systemctl status bbb-rap-caption-inbox` on the server; its log names the cause)"
        )


class ArchiveError(KeepError):
    """What a write would destroy can't be saved first, so the write is not sent."""

    exit_code = 3

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(where, problem)
        self.where, self.problem = where, problem

    def __str__(self) -> str:
        return f"{self.where}: {self.problem}; nothing was sent, because it could not be saved first"


class BbbError(KeepError):
    """A call to a server went wrong; `call` is its name, never its URL."""

    exit_code = 9

    def __init__(self, call: str, problem: str, message_key: str = "") -> None:
        super().__init__(call, problem, message_key)
        self.call, self.problem, self.message_key = call, problem, message_key

    def __str__(self) -> str:
        key = f" ({self.message_key})" if self.message_key else ""
        return f"{self.call}: {self.problem}{key}"


class BbbRejectedError(BbbError):
    """The server understood the call and answered FAILED."""

    exit_code = 3


class BbbUnsupportedError(BbbRejectedError):
    """This kind of server does not offer the call."""


class BbbAuthError(BbbError):
    """The server refuses the secret: no further call can succeed."""

    exit_code = 8


class BbbUnavailableError(BbbError):
    """No usable answer: unreachable, timed out, or not the API's own words.

    After a read: try again.  After a write: nobody knows whether it happened,
    so read the recording back.
    """

    exit_code = 9
    retry_after: float | None = None
    status: int | None = None
    """HTTP status, where something answered."""
