"""What SQLAlchemy made of a statement serves every ledger that a process opens."""

from pathlib import Path

from sqlalchemy import literal_column, select

from bbbkeep.ledger.store import Ledger


def compiled_anew(file: Path) -> bool:
    with Ledger.open(file) as ledger, ledger.read() as conn:
        return (
            conn.execute(select(literal_column("'asked nowhere else'"))).context.cache_hit.name
            == "CACHE_MISS"
        )


def test_a_statement_is_compiled_once_for_all_ledgers_of_a_process(tmp_path: Path) -> None:
    assert [compiled_anew(tmp_path / name) for name in ("one", "another")] == [True, False]
