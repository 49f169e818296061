"""The shared secret and signed URLs appear nowhere: on no screen and in no file, whatever the server does."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

SRT = "1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n"


@pytest.fixture
def forbidden(server) -> list[str]:
    secret = server.secret
    return [secret, quote(secret), quote(secret, safe=""), quote_plus(secret), "checksum=", "/textTrack/"]


@pytest.fixture
def everything(server, bbbkeep, policy, published, tmp_path) -> list[list[str]]:
    """Every command that opens a server, with what makes it print and keep most."""
    (tmp_path / "sheet.csv").write_text(f"record_id,key,value\n{published[-1]},presenter,Ada\n")
    (tmp_path / f"{published[-1]}.en.srt").write_text(SRT)
    file = str(policy(due=1))
    bbbkeep("inventory")
    plan = bbbkeep("retention", "plan", "--no-sweep", "--policy", file, "--json").document["plan_id"]
    return [
        ["retention", "approve", plan],
        ["inventory", "--json", "--out", "reports"],
        ["metadata", "plan", "sheet.csv"],
        ["metadata", "apply", "sheet.csv", "--yes", "--json"],
        ["captions", "upload", f"{published[-1]}.en.srt", "--yes"],
        ["retention", "plan", "--policy", file, "--json"],
        ["retention", "apply", "--policy", file, "--yes"],
        ["retention", "explain", published[0], "--policy", file, "--json"],
        ["runs", "list", "--json"],
        ["api", "getRecordings", "state=any"],
        ["api", "getRecordings", "state=any", "--json"],
        ["publish", "--state", "unpublished", "--yes", "--json"],
        ["audit", "verify", "--json"],
        ["audit", "export"],
        ["audit", "export", "--out", "events.jsonl"],
    ]


def files_below(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path), path.read_bytes().decode("utf-8", "replace")


def spilt(texts: dict[str, str], forbidden: list[str]) -> list[tuple[str, str]]:
    return [(place, word) for place, text in texts.items() for word in forbidden if word in text]


@pytest.mark.parametrize("fault", ["", "html", "http-502", "rate-limit", "reset", "answer-lost"])
def test_no_command_spills_a_secret(server, bbbkeep, everything, forbidden, impatient, tmp_path, fault):
    server.set_faults(*filter(None, [fault]))
    texts = {}
    for words in everything:
        told = bbbkeep(*words)
        texts[" ".join(words)] = told.out + told.err
    texts |= dict(files_below(tmp_path))

    assert any(place.endswith("ledger.sqlite3") for place in texts)
    assert spilt(texts, forbidden) == []


def test_a_refused_secret_is_not_repeated(server, bbbkeep, forbidden, monkeypatch, tmp_path):
    monkeypatch.setenv("BBB_SECRET", server.secret + "X")
    told = bbbkeep("inventory", "--json")

    assert told.exit == 8
    assert spilt({"screen": told.out + told.err, **dict(files_below(tmp_path))}, forbidden) == []


def test_the_search_finds_what_it_looks_for(server, forbidden):
    assert spilt({"a": quote_plus(server.secret)}, forbidden) != []
