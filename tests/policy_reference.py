"""Bring the tables of docs/policy.md up to date: `PYTHONPATH=tests python -m policy_reference`."""

from pathlib import Path

from bbbkeep.retention.reference import brought_up_to_date

DOCUMENT = Path(__file__).parents[1] / "docs" / "policy.md"

if __name__ == "__main__":
    DOCUMENT.write_text(brought_up_to_date(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
