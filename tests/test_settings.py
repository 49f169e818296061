"""What configuration promises: every key counts, every mistake is told with its place, no secret shows."""

from pathlib import Path

import pytest

from bbbkeep.errors import ConfigError, UsageError
from bbbkeep.settings import ENVIRONMENT_SERVER, read_settings
from bbbkeep.settings_values import Caps, CaptionSettings, GuardSettings, LedgerSettings

SECRET = "sentinel-5ecret-0f1e2d3c"
URL = "https://bbb.example.org/bigbluebutton/api"

ONE = "servers:\n  campus:\n    url: https://bbb.example.org\n    secret: {env: CAMPUS}\n"
TWO = ONE + "  library:\n    url: https://library.example.org\n    secret: {env: CAMPUS}\n"


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Lend an empty home and an empty working directory."""
    (tmp_path / "home").mkdir()
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "home"


@pytest.fixture
def environ(home):
    return {"HOME": str(home), "CAMPUS": SECRET}


def written(path: Path, text: str = ONE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


EVERYTHING = """\
servers:
  campus:
    url: https://bbb.example.org/
    secret: {env: CAMPUS}
    checksum: sha512
    profile: bbb30
    ca_file: ca.pem
    policy: campus.yaml
    hosts: [Media.example.org, "caps.example.org:8443"]
    guards: {delete: {count: 200}, reason: "  the old   semesters go "}
    lang_map: {zh-Hans: zh, iw: iw}
state_dir: ../state
captions_dir: captions
sheets_dir: /srv/sheets
reports_dir: out/reports
policy: all.yaml
captions:
  kind: subtitles
  deadline_minutes: 45
  unsettled: 4
  upload_to_unpublished: true
  replace_foreign: true
archive_dir: kept
keep_days: 30
guards: {delete: {count: 20, bytes: 1000}, unpublish: {share_percent: 2.5}, minimum_left: 10}
lang_map: {pt-BR: pt, iw: he}
ledger: {url: postgresql://keeper@db.example.org/keep, password: {env: CAMPUS}}
notices: {urls: [{env: NOTICE}]}
owners: {metadata_key: Owner-Mail, url: {env: OWNER}, map: owners.csv, template: t.txt, stages: [1, 14, 7], required: false}
heartbeat_url: {env: BEAT}
metrics_file: m.prom
other_record_ids: lecture-[0-9]+
"""

NOTICE_URLS = {"NOTICE": "mailto://notice", "OWNER": "mailto://owner", "BEAT": "https://beat"}


@pytest.fixture
def everything(home, environ):
    """Read a file with every key there is."""
    return read_settings(written(home / "etc" / "bbbkeep.yaml", EVERYTHING), environ=environ | NOTICE_URLS)


def test_every_key_about_servers_and_folders_counts(home, everything):
    settings, server = everything, everything.server("campus")

    assert settings.origin == str(home / "etc" / "bbbkeep.yaml")
    assert settings.state_dir.resolve() == home / "state"
    assert (settings.captions.kind, settings.captions.deadline_minutes) == ("subtitles", 45)
    assert settings.other_ids.fullmatch("lecture-12")
    assert (server.url, server.secret, server.checksum, server.profile) == (URL, SECRET, "sha512", "bbb30")
    assert server.ca_file == home / "etc" / "ca.pem"
    assert server.policy == home / "etc" / "campus.yaml"
    assert server.captions_dir == home / "etc" / "captions"
    assert server.sheets_dir == Path("/srv/sheets")
    assert server.reports_dir == home / "etc" / "out" / "reports"
    assert server.hosts == ("media.example.org", "caps.example.org:8443")
    assert server.lang_map == {"pt-BR": "pt", "iw": "iw", "zh-Hans": "zh"}
    assert server.guards == GuardSettings(
        delete=Caps(count=200, size_bytes=1000),
        unpublish=Caps(share_percent=2.5),
        minimum_left=10,
        reason="the old semesters go",
    )


def test_every_key_about_captions_notices_and_what_is_kept_counts(home, everything):
    settings = everything

    captions = settings.captions
    assert (captions.unsettled, captions.upload_to_unpublished, captions.replace_foreign) == (4, True, True)
    assert (settings.archive_dir, settings.keep_days) == (home / "etc" / "kept", 30)
    assert settings.ledger == LedgerSettings("postgresql://keeper@db.example.org/keep", SECRET)
    assert [url.reveal() for url in settings.notices.urls] == ["mailto://notice"]
    assert settings.heartbeat_url.reveal() == "https://beat"
    assert settings.metrics_file == home / "etc" / "m.prom"
    owners = settings.owners
    assert (owners.metadata_key, owners.url.reveal()) == ("owner-mail", "mailto://owner")
    assert (owners.map_file, owners.template) == (home / "etc" / "owners.csv", home / "etc" / "t.txt")
    assert (owners.stages, owners.required) == ((14, 7, 1), False)
    assert settings.secrets == {SECRET, *NOTICE_URLS.values()}
    assert not any(secret in repr(settings) for secret in settings.secrets)


def test_what_is_left_out_has_a_default(home, environ):
    settings = read_settings(written(home / "bbbkeep.yaml"), environ=environ)

    server = settings.server(None)
    state = home / ".local" / "state" / "bbbkeep"
    assert (settings.captions.kind, settings.captions.deadline_minutes) == ("captions", 30)
    assert (settings.other_ids, server.checksum, server.ca_file, server.policy) == (None, None, None, None)
    assert (settings.state_dir, settings.archive_dir, settings.keep_days) == (state, state / "archive", 90)
    assert (server.profile, server.guards, server.lang_map, server.hosts) == ("auto", GuardSettings(), {}, ())
    assert (settings.captions, settings.notices.urls) == (CaptionSettings(), ())
    assert (settings.ledger, settings.owners, settings.heartbeat_url) == (None, None, None)
    folders = server.captions_dir, server.sheets_dir, server.reports_dir
    assert folders == (state / "captions", state / "sheets", state / "reports")


def test_several_servers_share_the_policy_and_have_folders_of_their_own(home, environ):
    text = TWO + "policy: all.yaml\ncaptions_dir: captions\n"

    servers = read_settings(written(home / "bbbkeep.yaml", text), environ=environ).servers

    assert {name: server.captions_dir for name, server in servers.items()} == {
        "campus": home / "captions" / "campus",
        "library": home / "captions" / "library",
    }
    assert {server.policy for server in servers.values()} == {home / "all.yaml"}


def test_of_several_servers_one_has_to_be_named(home, environ):
    settings = read_settings(written(home / "bbbkeep.yaml", TWO), environ=environ)

    with pytest.raises(UsageError, match=r"--server.*campus, library"):
        settings.server(None)
    with pytest.raises(UsageError, match=r"no server 'libary'.*campus, library"):
        settings.server("libary")
    assert settings.server("library").name == "library"


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        pytest.param(ONE + "servres: 1\n", (5, 1), "unknown key servres", id="unknown key"),
        pytest.param(
            ONE + "    chcksum: sha1\n", (5, 5), "unknown key servers.campus.chcksum", id="of a server"
        ),
        pytest.param(
            ONE + "captions:\n  knd:\n    - x\n", (6, 3), "unknown key captions.knd", id="of captions"
        ),
        pytest.param(ONE + "    url: https://x.example.org\n", (5, 5), "written twice", id="key twice"),
        pytest.param("servers: {}\n", (1, 10), "servers", id="no server"),
        pytest.param("policy: p.yaml\n", (1, 1), "servers is missing", id="servers missing"),
        pytest.param(
            "servers:\n  campus:\n    secret: {env: CAMPUS}\n", (3, 5), "url is missing", id="url missing"
        ),
        pytest.param(ONE.replace("campus", "a b"), (2, 3), "letters, digits", id="name"),
        pytest.param(ONE.replace("https", "ftp"), (3, 10), "begins with https", id="url"),
        pytest.param(
            ONE.replace("{env: CAMPUS}", "{env: A, file: b}"), (4, 13), "name one of", id="two secrets"
        ),
        pytest.param(ONE.replace("{env: CAMPUS}", "{}"), (4, 13), "name one of", id="no secret"),
        pytest.param(ONE.replace("CAMPUS", "OTHER"), (4, 13), "OTHER is not set", id="secret not set"),
        pytest.param(ONE.replace("env: CAMPUS", "file: none"), (4, 13), "can't be read", id="secret file"),
        pytest.param(
            ONE.replace("env: CAMPUS", "credential: x"), (4, 13), "CREDENTIALS_DIRECTORY", id="credential"
        ),
        pytest.param(ONE + "    checksum: md5\n", (5, 15), "sha512", id="checksum"),
        pytest.param(ONE + "    profile: moodle\n", (5, 14), "bbb30", id="profile"),
        pytest.param(
            ONE.replace("https://", ""), (3, 10), "bbb.example.org: begin a server's URL with", id="no scheme"
        ),
        pytest.param(
            ONE + "guards: {delete: {count: 51}}\n", (5, 9), "delete.count looser.*reason", id="no reason"
        ),
        pytest.param(
            ONE + "    guards: {minimum_left: 0}\n",
            (5, 13),
            "minimum_left looser",
            id="no reason, of a server",
        ),
        pytest.param(ONE + "guards: {delete: {count: true}}\n", (5, 26), "valid integer", id="no number"),
        pytest.param(ONE + "guards: {delete: {count: '1'}}\n", (5, 26), "valid integer", id="text"),
        pytest.param(
            ONE + "guards: {jump_percnt: 1}\n", (5, 10), "did you mean jump_percent", id="misspelt guard"
        ),
        pytest.param(
            ONE + "    hosts: ['https://x.example.org']\n", (5, 12), "is no host", id="a URL as a host"
        ),
        pytest.param(ONE + "lang_map: {english: e n}\n", (5, 11), "no language tag", id="language"),
        pytest.param(
            ONE + "ledger: {url: 'postgresql://u:sentinel-5ecret-0f1e2d3c@db/x'}\n",
            (5, 15),
            "key of its own",
            id="a password in a URL",
        ),
        pytest.param(ONE + "ledger: {url: 'sqlite:///x'}\n", (5, 15), "postgresql://", id="another database"),
        pytest.param(
            ONE + "ledger: {url: 'postgresql://u@db:port/x'}\n", (5, 15), "postgresql://", id="port"
        ),
        pytest.param(
            ONE + "ledger: {url: 'postgresql://u@db/x', password: {env: NONE}}\n",
            (5, 48),
            "NONE is not set",
            id="no password",
        ),
        pytest.param(
            ONE + "owners: {url: {env: CAMPUS}}\n",
            (5, 9),
            "metadata_key is missing",
            id="owners without a key",
        ),
        pytest.param(ONE + "keep_days: 0\n", (5, 12), "keep_days", id="kept for no day"),
        pytest.param(ONE + "captions: {replace_foreign: yes}\n", (5, 29), "valid boolean", id="yes"),
        pytest.param(ONE + "captions: {deadline_minutes: 0}\n", (5, 30), "deadline", id="deadline"),
        pytest.param(ONE + "captions: {kind: both}\n", (5, 18), "subtitles", id="kind"),
        pytest.param(ONE + "other_record_ids: '('\n", (5, 19), "not a regular expression", id="pattern"),
        pytest.param(ONE + "other_record_ids: '.*'\n", (5, 19), "every recording", id="empty ids"),
        pytest.param(
            ONE
            + "  twin:\n    url: https://BBB.example.org:443/bigbluebutton/api\n    secret: {env: CAMPUS}\n",
            (6, 10),
            "campus has this URL too",
            id="one URL, two names",
        ),
    ],
)
def test_a_mistake_is_told_with_file_line_column_and_what_to_do(home, environ, text, place, words):
    path = written(home / "bbbkeep.yaml", text)

    with pytest.raises(ConfigError, match=words.replace("(", r"\(")) as told:
        read_settings(path, environ=environ)

    assert (told.value.path, (told.value.line, told.value.column)) == (path, place)
    assert told.value.exit_code == 2
    assert SECRET not in str(told.value)


def test_most_mistakes_come_with_a_remedy(home, environ):
    path = written(home / "bbbkeep.yaml", ONE + "servres: 1\n")

    with pytest.raises(ConfigError) as told:
        read_settings(path, environ=environ)

    assert told.value.remedy


def test_a_secret_comes_from_a_file_beside_bbbkeep_yaml(home, environ):
    written(home / "etc" / "secret", f"{SECRET}\n")
    path = written(home / "etc" / "bbbkeep.yaml", ONE.replace("env: CAMPUS", "file: secret"))

    assert read_settings(path, environ=environ).server(None).secret == SECRET


def test_a_secret_comes_from_a_credential(home, environ):
    written(home / "credentials" / "bbb-secret", f"{SECRET}\n")
    path = written(home / "bbbkeep.yaml", ONE.replace("env: CAMPUS", "credential: bbb-secret"))
    environ |= {"CREDENTIALS_DIRECTORY": str(home / "credentials")}

    assert read_settings(path, environ=environ).server(None).secret == SECRET


def test_a_secret_is_never_written_in_bbbkeep_yaml_and_never_repeated(home, environ):
    path = written(home / "bbbkeep.yaml", ONE.replace("{env: CAMPUS}", SECRET))

    with pytest.raises(ConfigError) as told:
        read_settings(path, environ=environ)

    assert SECRET not in str(told.value)


def test_a_secret_that_only_notices_need_stops_nothing_else(home, environ):
    text = ONE + "notices: {urls: [{env: NOTICE}]}\nheartbeat_url: {file: none}\n"

    settings = read_settings(written(home / "bbbkeep.yaml", text), environ=environ)

    with pytest.raises(ConfigError, match=r"bbbkeep.yaml:5:.*NOTICE is not set"):
        settings.notices.urls[0].reveal()
    assert settings.late_secrets["heartbeat_url"].missing
    assert settings.secret_files == {"heartbeat_url": home / "none"}


def test_a_server_inherits_what_it_does_not_say_itself(home, environ):
    common = "guards: {delete: {count: 90, share_percent: 9}, jump_percent: 40, reason: summer}\n"
    own = "    guards: {delete: {count: 5}, reason: a small one}\n"

    servers = read_settings(written(home / "bbbkeep.yaml", TWO + own + common), environ=environ).servers

    assert servers["campus"].guards.delete == Caps(90, 9.0)
    assert servers["library"].guards.delete == Caps(5, 9.0)
    assert [one.guards.reason for one in servers.values()] == ["summer", "a small one"]
    assert servers["library"].guards.loosened == ("delete.share_percent", "jump_percent")


def test_tighter_guards_need_no_reason(home, environ):
    text = ONE + "guards: {delete: {count: 50, share_percent: 5}, minimum_left: 1, identity_percent: 90}\n"

    assert read_settings(written(home / "bbbkeep.yaml", text), environ=environ).server(None).guards


def test_a_secret_shows_in_no_repr(home, environ):
    settings = read_settings(written(home / "bbbkeep.yaml"), environ=environ)

    assert SECRET not in repr(settings) + str(settings.server(None)) + f"{settings.servers}"


@pytest.fixture
def everywhere(home, environ):
    """Write a bbbkeep.yaml at each place where one is looked for, and name them all."""
    environ |= {"BBBKEEP_CONFIG": str(home / "named" / "bbbkeep.yaml"), "XDG_CONFIG_HOME": str(home / "xdg")}
    places = {
        "--config": home / "given.yaml",
        "BBBKEEP_CONFIG": Path(environ["BBBKEEP_CONFIG"]),
        "working directory": Path.cwd() / "bbbkeep.yaml",
        "XDG": home / "xdg" / "bbbkeep" / "bbbkeep.yaml",
    }
    for path in places.values():
        written(path)
    return places


def test_bbbkeep_yaml_is_looked_for_in_order(everywhere, environ):
    given, named, here, user = everywhere.values()

    assert read_settings(given, environ=environ).origin == str(given)
    assert read_settings(environ=environ).origin == str(named)
    del environ["BBBKEEP_CONFIG"]
    assert read_settings(environ=environ).origin == str(here)
    here.unlink()
    assert read_settings(environ=environ).origin == str(user)


def test_without_xdg_the_users_folder_is_below_home(home, environ):
    path = written(home / ".config" / "bbbkeep" / "bbbkeep.yaml")

    assert read_settings(environ=environ).origin == str(path)


def test_a_named_file_must_exist(home, environ):
    with pytest.raises(ConfigError, match=r"no such file.*--config"):
        read_settings(home / "none.yaml", environ=environ)
    with pytest.raises(ConfigError, match=r"no such file.*BBBKEEP_CONFIG"):
        read_settings(environ=environ | {"BBBKEEP_CONFIG": str(home / "none.yaml")})


def test_the_state_folder_is_looked_for_in_order_and_never_in_the_working_directory(home, environ):
    path = written(home / "bbbkeep.yaml", ONE + "state_dir: state\n")
    plain = written(home / "plain.yaml")
    chosen = environ | {"BBBKEEP_STATE": str(home / "by-variable"), "XDG_STATE_HOME": str(home / "xdg")}

    assert read_settings(path, home / "given", chosen).state_dir == home / "given"
    assert read_settings(path, environ=chosen).state_dir == home / "by-variable"
    del chosen["BBBKEEP_STATE"]
    assert read_settings(path, environ=chosen).state_dir == home / "state"
    assert read_settings(plain, environ=chosen).state_dir == home / "xdg" / "bbbkeep"
    chosen["XDG_STATE_HOME"] = "relative"
    assert read_settings(plain, environ=chosen).state_dir == home / ".local" / "state" / "bbbkeep"


def test_the_environment_alone_names_one_server(home, environ):
    environ |= {"BBB_URL": "https://bbb.example.org/bigbluebutton/", "BBB_SECRET": SECRET}

    settings = read_settings(environ=environ | {"BBB_CHECKSUM": "sha1", "BBBKEEP_STATE": str(home / "s")})

    server = settings.server(None)
    assert (server.name, server.url, server.secret) == (ENVIRONMENT_SERVER, URL, SECRET)
    assert (server.checksum, server.policy) == ("sha1", None)
    assert server.sheets_dir == home / "s" / "sheets"
    assert read_settings(environ=environ).server(None).checksum is None
    assert SECRET not in repr(settings)


def test_bbb_url_counts_before_a_file_that_merely_lies_there_but_not_before_a_named_one(everywhere, environ):
    environ |= {"BBB_URL": "https://other.example.org", "BBB_SECRET": SECRET}

    assert read_settings(everywhere["--config"], environ=environ).origin == str(everywhere["--config"])
    assert read_settings(environ=environ).origin == environ["BBBKEEP_CONFIG"]
    del environ["BBBKEEP_CONFIG"]
    assert read_settings(environ=environ).origin == "the environment"


@pytest.mark.parametrize(
    ("known", "missing"),
    [
        pytest.param({}, "BBB_URL and BBB_SECRET are not set", id="nothing"),
        pytest.param({"BBB_URL": URL}, "and BBB_SECRET is not set", id="no secret"),
        pytest.param({"BBB_URL": URL, "BBB_SECRET": " "}, "and BBB_SECRET is not set", id="blank secret"),
        pytest.param({"BBB_SECRET": "x"}, "and BBB_URL is not set", id="no url"),
    ],
)
def test_nothing_configured_is_one_clear_error(environ, known, missing):
    with pytest.raises(UsageError, match=f"{missing}.*bbbkeep init") as told:
        read_settings(environ=environ | known)

    assert "\n" not in str(told.value)


def test_an_unknown_checksum_is_refused(environ):
    with pytest.raises(UsageError, match=r"'md5'.*sha512"):
        read_settings(environ=environ | {"BBB_URL": URL, "BBB_SECRET": SECRET, "BBB_CHECKSUM": "md5"})
