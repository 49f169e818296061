"""`bbbkeep doctor`: all servers, in words or as one document, and no secret in either."""

import json

import pytest
from jsonschema import Draft202012Validator

from bbbkeep.cli.init import CONFIG
from bbbkeep.standin.server import LocalServer

SECRET = "Sentinel+Secret/42&=%"


@pytest.fixture
def two_servers(bbbkeep, tmp_path):
    """A BigBlueButton server and a Scalelite, in one bbbkeep.yaml."""
    with LocalServer(secret=SECRET) as one, LocalServer(secret=SECRET, profile="scalelite") as other:
        secret = tmp_path / "secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        servers = "".join(
            f"  {name}:\n    url: {server.url}\n    secret: {{file: secret}}\n"
            for name, server in (("campus", one), ("library", other))
        )
        (tmp_path / "bbbkeep.yaml").write_text(f"servers:\n{servers}")
        yield one, other


def test_every_server_of_the_file_is_told_in_words(two_servers, bbbkeep, tmp_path):
    ran = bbbkeep("doctor")

    assert ran.exit == 0, ran.out
    assert [line.split()[0] for line in ran.out.splitlines() if not line.startswith(" ")] == [
        "bbbkeep",
        "campus",
        "library",
    ]
    assert "BigBlueButton 3.0 and later; found just now" in ran.out
    assert "scalelite: Scalelite; found just now" in ran.out
    assert f"state folder  {tmp_path / 'state'}" in ran.out
    assert SECRET not in ran.out + ran.err


def test_one_server_can_be_named(two_servers, bbbkeep):
    ran = bbbkeep("doctor", "--server", "library")

    assert "\ncampus" not in ran.out
    assert two_servers[0].requests == []


def test_json_is_one_document(two_servers, bbbkeep):
    document = bbbkeep("doctor", "--json").document

    assert [one["profile"] for one in document["servers"]] == ["bbb30", "scalelite"]
    assert [one["checksum"] for one in document["servers"]] == ["sha256", "sha256"]
    assert document["bbbkeep"]["ledger"]["kind"] == "SQLite"
    assert {check["level"] for one in document["servers"] for check in one["checks"]} <= {
        "ok",
        "note",
        "warning",
        "error",
    }
    assert SECRET not in json.dumps(document)


def test_a_refused_secret_of_one_server_does_not_hide_the_other(two_servers, bbbkeep, tmp_path):
    text = (tmp_path / "bbbkeep.yaml").read_text()
    (tmp_path / "wrong").write_text("another-secret")
    (tmp_path / "bbbkeep.yaml").write_text(text.replace("{file: secret}", "{file: wrong}", 1))

    ran = bbbkeep("doctor", "--json")

    assert (ran.exit, ran.document["servers"][1]["profile"]) == (8, "scalelite")
    assert "another-secret" not in ran.out + ran.err


def test_a_server_that_is_gone_is_told_and_exits_9(bbbkeep, monkeypatch, impatient):
    with LocalServer(secret=SECRET) as server:
        monkeypatch.setenv("BBB_URL", server.url)
        monkeypatch.setenv("BBB_SECRET", SECRET)

    ran = bbbkeep("doctor")

    assert ran.exit == 9
    assert "  error   answers" in ran.out


def test_a_ledger_that_is_none_is_told_and_exits_2(server, bbbkeep, tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "ledger.sqlite3").write_text("this is no database, but a text of some length" * 9)

    ran = bbbkeep("doctor")

    assert ran.exit == 2
    assert "not a ledger" in ran.out


def test_without_a_good_night_nightly_exits_3_and_asks_nobody(two_servers, bbbkeep):
    ran = bbbkeep("doctor", "--nightly", "--json")

    assert ran.exit == 3
    assert [one["last_good_night"] for one in ran.document["servers"]] == [None, None]
    assert [server.requests for server in two_servers] == [[], []]


def test_commands_ask_once_what_kind_of_server_it_is(server, bbbkeep):
    bbbkeep("inventory")
    asked = [call for _, call, _ in server.requests].count("getRecordingTextTracks")
    bbbkeep("inventory")

    assert asked == 1
    assert [call for _, call, _ in server.requests].count("getRecordingTextTracks") == asked


def test_init_prints_the_schema_and_writes_it_beside_the_file(bbbkeep, tmp_path):
    printed = bbbkeep("init", "--schema").document
    bbbkeep("init", "--dir", "etc")

    Draft202012Validator.check_schema(printed)
    assert json.loads((tmp_path / "etc" / "bbbkeep.schema.json").read_text()) == printed
    assert CONFIG.startswith("# yaml-language-server: $schema=bbbkeep.schema.json\n")


def test_the_schema_of_policies_is_printed_and_written_beside_the_policy(bbbkeep, tmp_path):
    printed = bbbkeep("retention", "check", "--schema").document
    bbbkeep("init", "--dir", "etc")

    assert json.loads((tmp_path / "etc" / "policy.schema.json").read_text()) == printed
    written = (tmp_path / "etc" / "policy.yaml").read_text()
    assert written.startswith("# yaml-language-server: $schema=policy.schema.json\n")


def test_init_that_prints_writes_nothing(bbbkeep, tmp_path):
    before = set(tmp_path.iterdir())
    bbbkeep("init", "--schema")

    assert set(tmp_path.iterdir()) == before
