"""What was typed or configured wrong: one line that names it and the remedy, and the same exit with `--json`."""

import pytest

CONFIG = "servers:\n  a:\n    url: {url}\n    secret: {{env: BBB_SECRET}}\n  b:\n    url: https://b.example.org\n    secret: {{env: BBB_SECRET}}\n"

USAGE = [
    pytest.param(
        ["inventory", "--state", "nonsense"],
        "unknown state 'nonsense'; use processing, processed, published, unpublished, deleted",
        id="an unknown state",
    ),
    pytest.param(["inventory", "--meta", "x"], "--meta 'x': write KEY=VALUE", id="--meta without ="),
    pytest.param(
        ["inventory", "--server", "nope"],
        "there is no server 'nope'; the environment has: default",
        id="an unknown server",
    ),
    pytest.param(
        ["inventory", "--config", "nope.yaml"],
        "nope.yaml: there is no such file; check --config or BBBKEEP_CONFIG",
        id="no such bbbkeep.yaml",
    ),
    pytest.param(
        ["retention", "plan"],
        "no policy: name one with --policy, or as `policy` in bbbkeep.yaml",
        id="no policy",
    ),
    pytest.param(
        ["runs", "show", "nope"],
        "there is no run 'nope'; `bbbkeep runs list` shows the newest",
        id="an unknown run",
    ),
    pytest.param(
        ["runs", "list", "--limit", "0"],
        "Invalid value for '--limit': 0 is not in the range 1<=x<=10000; see `bbbkeep runs list --help`",
        id="a limit that shows nothing",
    ),
    pytest.param(
        ["metadata", "plan", "nope.csv"],
        "nope.csv: can't be read (No such file or directory); check the name and its permissions",
        id="no such sheet",
    ),
    pytest.param(
        ["captions", "upload", "nope.srt"],
        "Invalid value for '[PATH..]': Path 'nope.srt' does not exist; see `bbbkeep captions upload --help`",
        id="no such caption file",
    ),
    pytest.param(
        ["audit", "verify", "--head", "12"],
        "--head '12': write SEQ:HASH as `bbbkeep audit verify` prints it",
        id="half a head",
    ),
    pytest.param(
        ["runs", "nope"], "No such command 'nope'; see `bbbkeep runs --help`", id="an unknown command"
    ),
    pytest.param(
        ["runs", "list", "--nope"],
        "No such option '--nope'; see `bbbkeep runs list --help`",
        id="an unknown option",
    ),
]


@pytest.mark.parametrize(("words", "message"), USAGE)
def test_wrong_usage_is_one_line_and_asks_no_server(server, bbbkeep, words, message):
    told = bbbkeep(*words)

    assert (told.exit, told.out, told.last_line) == (2, "", f"bbbkeep: {message}")
    assert len(told.err.replace("state folder", "").splitlines()) <= 2
    assert server.requests == []


@pytest.mark.parametrize(("words", "message"), USAGE)
def test_wrong_usage_is_one_document_too(server, bbbkeep, words, message):
    told = bbbkeep(*words, "--json")

    assert told.exit == 2
    assert told.document["error"]["exit"] == 2
    assert told.document["error"]["message"] == message


def test_without_any_configuration_it_says_how_to_begin(bbbkeep):
    told = bbbkeep("inventory")

    assert told.exit == 2
    assert told.err == (
        "bbbkeep: no bbbkeep.yaml was found and BBB_URL and BBB_SECRET are not set; "
        "run `bbbkeep init`, or set BBB_URL and BBB_SECRET (bbb-conf --secret prints both)\n"
    )


def test_a_group_without_a_command_shows_its_help_and_is_wrong_usage(bbbkeep):
    told = bbbkeep("runs")

    assert (told.exit, told.out) == (2, "")
    assert told.err.startswith("Usage: bbbkeep runs")


def test_of_several_servers_one_must_be_named(server, bbbkeep, tmp_path):
    (tmp_path / "two.yaml").write_text(CONFIG.format(url=server.url))

    assert bbbkeep("inventory", "--config", "two.yaml").last_line.startswith(
        "bbbkeep: name one with --server; "
    )
    assert bbbkeep("inventory", "--config", "two.yaml", "--server", "a").exit == 0


@pytest.mark.parametrize(
    ("name", "text", "words", "place"),
    [
        pytest.param(
            "bbbkeep.yaml",
            "servers:\n  a:\n    url: https://bbb.example.org\n    secret: {env: BBB_SECRET}\n    chekcsum: sha1\n",
            ["inventory", "--config", "bbbkeep.yaml"],
            "bbbkeep.yaml:5:5: unknown key",
            id="a misspelt key of bbbkeep.yaml",
        ),
        pytest.param(
            "p.yaml",
            "mode: act\nrules:\n  - name: old\n    action: delete\n    wehn: {state: [published]}\n",
            ["retention", "check", "p.yaml"],
            "p.yaml:5:5: ",
            id="a misspelt key of the policy",
        ),
        pytest.param(
            "p.yaml",
            "mode: act\nrules:\n  - name: old\n    action: delete\n    wehn: {state: [published]}\n",
            ["retention", "plan", "--policy", "p.yaml"],
            "p.yaml:5:5: ",
            id="the same, before the server is listed",
        ),
        pytest.param(
            "s.csv",
            "record_id,kay,value\n",
            ["metadata", "plan", "s.csv"],
            "s.csv:1: ",
            id="a sheet's header",
        ),
    ],
)
def test_a_wrong_file_is_told_with_its_place(server, bbbkeep, tmp_path, name, text, words, place):
    (tmp_path / name).write_text(text)
    told = bbbkeep(*words, "--json")

    assert told.exit == 2
    assert place in told.document["error"]["message"]
    assert server.requests == []


@pytest.mark.parametrize("json", [[], ["--json"]])
@pytest.mark.parametrize(
    "words",
    [
        ["inventory"],
        ["retention", "plan", "--policy", "policy.yaml"],
        ["retention", "apply", "--policy", "policy.yaml", "--yes"],
    ],
)
def test_a_wrong_secret_is_exit_8(server, bbbkeep, policy, monkeypatch, words, json):
    policy(due=1)
    monkeypatch.setenv("BBB_SECRET", "another")
    told = bbbkeep(*words, *json)

    assert told.exit == 8
    assert "check BBB_SECRET (`bbb-conf --secret`)" in told.last_line
    assert told.document["error"]["class"] == "BbbAuthError" if json else told.out == ""


@pytest.mark.parametrize("json", [[], ["--json"]])
def test_a_server_that_is_down_is_exit_9(server, bbbkeep, monkeypatch, impatient, json):
    monkeypatch.setenv("BBB_URL", "http://127.0.0.1:9/bigbluebutton/api")
    told = bbbkeep("inventory", *json)

    assert told.exit == 9
    assert "check the URL and the server" in told.last_line
    assert told.document["error"]["class"] == "BbbUnavailableError" if json else told.out == ""


def test_a_web_page_in_place_of_answers_is_exit_9(server, bbbkeep, impatient):
    server.set_faults("html")
    told = bbbkeep("inventory", "--json")

    assert (told.exit, told.document["error"]["exit"]) == (9, 9)


def test_a_state_folder_that_can_not_be_written_to_is_exit_2(server, bbbkeep, tmp_path):
    (tmp_path / "file").touch()
    told = bbbkeep("inventory", "--state-dir", tmp_path / "file" / "below", "--json")

    assert told.exit == 2
    assert told.document["error"]["class"] == "LedgerError"
