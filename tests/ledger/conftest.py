"""Every promise of the ledger is kept on SQLite, and on PostgreSQL where BBBKEEP_TEST_POSTGRES holds a URL."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from bbbkeep.ledger.store import Ledger

POSTGRES = "BBBKEEP_TEST_POSTGRES"

BACKENDS = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgresql", id="postgresql", marks=pytest.mark.services),
]


@contextmanager
def a_place(backend: str, folder: Path) -> Iterator[Path | str]:
    """Lend an empty place for a ledger; on PostgreSQL a schema of its own, dropped afterwards."""
    if backend == "sqlite":
        yield folder / "state" / "ledger.sqlite3"
        return
    url = os.environ.get(POSTGRES)
    if not url:
        pytest.skip(f"{POSTGRES} holds no URL of a PostgreSQL database")
    schema = f"bbbkeep_test_{uuid4().hex}"
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as conn:
        conn.execute(text(f"CREATE SCHEMA {schema}"))
    own = make_url(url).update_query_dict({"options": f"-csearch_path={schema}"})
    try:
        yield own.render_as_string(hide_password=False)
    finally:
        with admin.connect() as conn:
            conn.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        admin.dispose()


@pytest.fixture(params=BACKENDS)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    with a_place(request.param, tmp_path) as place:
        yield place


@pytest.fixture
def ledger(where: Path | str) -> Iterator[Ledger]:
    with Ledger.open(where) as opened:
        yield opened


@pytest.fixture(params=BACKENDS, scope="module")
def lasting_ledger(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ledger]:
    """Lend one ledger to all examples of a general rule; each undoes what it did."""
    with a_place(request.param, tmp_path_factory.mktemp("lasting")) as place, Ledger.open(place) as opened:
        yield opened
