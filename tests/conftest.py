"""What holds before any test module is imported: where temporary files lie, Prefect's environment, who runs which file."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

_MEMORY = Path("/dev/shm")  # noqa: S108  # Linux keeps it in memory; elsewhere there is none
_ROOM = 2**30


def _in_memory() -> None:
    """Let temporary files lie in memory where there is room: a ledger waits for the disk at each of its commits."""
    if "TMPDIR" in os.environ or not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ROOM:
        return
    os.environ["TMPDIR"] = _removed_at_exit("bbbkeep-tests-", _MEMORY)
    tempfile.tempdir = None


def _removed_at_exit(prefix: str, where: Path | None = None) -> str:
    made = tempfile.mkdtemp(prefix=prefix, dir=where)
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


_SERVICES = (  # of Prefect's server, which take a part of its time; no test asks for what they do
    *(
        "CANCELLATION_CLEANUP",
        "CLEANUP_RECONCILER",
        "EVENT_PERSISTER",
        "FOREMAN",
        "LATE_RUNS",
        "PAUSE_EXPIRATIONS",
    ),
    *("REPOSSESSOR", "SCHEDULER", "TASK_RUN_RECORDER", "TRIGGERS"),
)

_in_memory()
# Prefect reads its environment when it is first imported.
os.environ.update(
    {
        "PREFECT_HOME": _removed_at_exit("bbbkeep-prefect-"),
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        **{f"PREFECT_SERVER_SERVICES_{name}_ENABLED": "false" for name in _SERVICES},
    }
)
os.environ.pop("PREFECT_API_URL", None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> "LoadScopeScheduling | None":
    """Keep each file on one worker, and all flows on the same: a Prefect server takes 10 s of a core to start."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file: str = super()._split_scope(nodeid)
            return "tests/flows" if file.startswith("tests/flows/") else file

    return Scheduling(config, log)
