"""An empty ledger to begin with: made once, then copied, because its tables take longer than most tests."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

from bbbkeep.ledger.store import Ledger


def an_empty_ledger(folder: Path) -> Path:
    """Lay an empty ledger into *folder* where there is none, and return its path."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / "ledger.sqlite3"
    if not path.exists():
        path.write_bytes(_made())
        path.chmod(0o600)
    return path


@cache
def _made() -> bytes:
    folder = Path(tempfile.mkdtemp())
    Ledger.open(folder / "ledger.sqlite3").close()  # the last one to close it empties its write-ahead log
    try:
        return (folder / "ledger.sqlite3").read_bytes()
    finally:
        shutil.rmtree(folder)
