"""The check-up tells an administrator how everything is that a night depends on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fake_clock import NOW, FakeClock
from operations.keeping import SECRET, a_recording, a_site, sweep

from bbbkeep.api.profiles import PROFILES, UNKNOWN
from bbbkeep.errors import ConfigError
from bbbkeep.ledger import runs, servers, uploads
from bbbkeep.ledger.uploads import Upload
from bbbkeep.operations.checks import CheckUp, exit_of, in_bytes, in_time
from bbbkeep.operations.doctor import check_house, check_nights, check_server
from bbbkeep.operations.profile_words import meaning
from bbbkeep.settings_values import NoticeSettings, OwnerSettings, Secret
from bbbkeep.standin.server import LocalServer

DIALECTS = ["bbb22", "bbb26", "bbb30", "scalelite", "bbblb", "recapi"]


def looked_at(site) -> CheckUp:
    return check_server(site.settings, site.server.name, site)


def said(found: CheckUp, name: str) -> list[tuple[str, str]]:
    return [(check.level, check.text) for check in found.checks if check.name == name]


@pytest.mark.parametrize("name", DIALECTS)
def test_it_says_what_kind_of_server_it_is_and_what_that_means(clock, tmp_path, name):
    with (
        LocalServer(secret=SECRET, clock=clock, profile=name, recordings=3) as server,
        a_site(server, clock, tmp_path, checksum=None) as site,
    ):
        found = looked_at(site)

    assert (found.facts["profile"], found.facts["found"], found.exit) == (name, name, 0)
    assert found.facts["checksum"] == ("sha1" if name == "recapi" else "sha256")
    [(_, deletes)] = said(found, "deletes")
    [(_, tracks)] = said(found, "text tracks")
    assert deletes.startswith("not offered" if name == "recapi" else "leaves ")
    assert tracks.startswith("offered" if name.startswith("bbb") and name != "bbblb" else "not offered")


def test_what_it_found_is_what_counts_from_then_on(server, site):
    looked_at(site)
    asked_before = len(server.requests)

    with site.reader() as reader:
        assert reader.profile.name == "bbb30"

    assert len(server.requests) == asked_before
    with site.ledger.read() as conn:
        assert servers.get(conn, site.key).found_at == NOW


def test_a_configured_profile_that_the_answers_deny_is_a_warning(server, site):
    believed = replace(site, server=replace(site.server, profile="scalelite"))

    found = looked_at(replace(believed, settings=replace(site.settings, servers={"campus": believed.server})))

    [(level, text)] = said(found, "profile")
    assert (level, found.facts["profile"], found.facts["found"]) == ("warning", "scalelite", "bbb30")
    assert "look like bbb30" in text


def test_a_refused_secret_is_told_and_repeated_nowhere(server, site):
    stranger = replace(site, server=replace(site.server, secret="wrong-secret-of-mine"))

    found = looked_at(stranger)

    assert found.exit == 8
    assert "wrong-secret-of-mine" not in str(found)
    assert not said(found, "deletes")


def test_a_page_is_no_server(server, site):
    server.set_faults("html")

    assert looked_at(site).exit == 9


@pytest.mark.parametrize(
    ("ahead", "level", "code"),
    [
        (timedelta(seconds=1), "ok", 0),
        (timedelta(minutes=4), "ok", 0),
        (timedelta(minutes=6), "warning", 0),
        (timedelta(minutes=-6), "warning", 0),
        (timedelta(hours=25), "error", 4),
        (timedelta(hours=-25), "error", 4),
    ],
)
def test_clocks_that_are_apart_are_told(site, monkeypatch, ahead, level, code):
    monkeypatch.setattr("bbbkeep.api.reading.Reader.server_date", NOW + ahead)

    found = looked_at(site)

    assert ([one for one, _ in said(found, "clock")], found.exit) == ([level], code)


def test_a_server_without_a_clock_is_no_error(site, monkeypatch):
    monkeypatch.setattr("bbbkeep.api.reading.Reader.server_date", None)

    [(level, text)] = said(looked_at(site), "clock")

    assert (level, "unknown" in text) == ("warning", True)


def test_the_last_complete_sweep_and_waiting_uploads_are_told(server, site, clock):
    server.state.add(a_recording())
    sweep(site)
    waiting = Upload(
        site.key, "d", "r", "captions", "de", None, "w", 2, "pending", sent_at=NOW - timedelta(hours=3)
    )
    with site.ledger.write() as conn:
        uploads.put(conn, waiting)
    clock.advance(7200)

    found = looked_at(site)

    assert said(found, "sweep") == [("ok", "the last complete one was 2 hours ago: 1 recording")]
    [(_, text)] = said(found, "uploads")
    assert text.startswith("1 text track was accepted")
    assert text.endswith("the oldest for 5 hours")


def test_a_policy_that_says_less_than_it_seems_to_is_a_warning(server, clock, tmp_path):
    rule = "{name: NAME, action: delete, when: {age: {from: end, over: 1y}}}"
    policy = f"mode: act\nrules:\n  - {rule.replace('NAME', 'a')}\n  - {rule.replace('NAME', 'b')}\n"
    with a_site(server, clock, tmp_path, policy=policy) as site:
        found = looked_at(site)

    levels = [level for level, _ in said(found, "policy")]
    assert levels == ["ok", "warning"]
    assert said(found, "policy")[1][1].startswith("b: never reached: rule a comes first")
    assert found.exit == 0


def test_a_policy_that_cannot_be_obeyed_is_an_error(server, clock, tmp_path):
    with a_site(server, clock, tmp_path, policy="mode: act\nrulez: []\n") as site:
        found = looked_at(site)

    [(level, text)] = said(found, "policy")
    assert (level, found.exit) == ("error", 2)
    assert "rulez" in text


def test_files_that_others_may_read_are_told(site, tmp_path):
    secret, state = tmp_path / "secret", site.settings.state_dir
    secret.write_text(SECRET)
    secret.chmod(0o644)
    state.chmod(0o755)

    found = check_house(replace(site.settings, secret_files={"servers.campus": secret}))

    assert [level for level, _ in said(found, "secret") + said(found, "state folder")] == ["warning"] * 2
    assert found.exit == 0


def test_a_secret_that_only_a_night_needs_is_missed_in_daylight(site):
    missing = Secret(missing=ConfigError("bbbkeep.yaml", "NOTICE_URL is not set", "set it", 7, 3))

    found = check_house(replace(site.settings, notices=NoticeSettings((missing,))))

    assert found.exit == 2
    assert "NOTICE_URL" in said(found, "secret")[0][1]


@pytest.mark.parametrize(
    ("url", "exit_code"),
    [
        pytest.param("mailtos://a.example.org?to={address}", 0, id="with a place for the address"),
        pytest.param("mailtos://a.example.org", 2, id="without"),
    ],
)
def test_a_url_that_can_reach_no_owner_is_found_before_the_night(site, url, exit_code):
    found = check_house(replace(site.settings, owners=OwnerSettings("owner", Secret(url))))

    assert found.exit == exit_code
    assert len(said(found, "owners")) == (exit_code != 0)


@pytest.mark.parametrize(
    ("hours", "code", "exit_code"),
    [(25.9, 0, 0), (26.1, 0, 3), (1, 3, 0), (26.1, 3, 3), (1, 4, 3), (1, 9, 3), (None, 0, 3)],
    ids=[
        "26 hours ago at most",
        "longer ago",
        "a night with failures",
        "longer ago, with failures",
        "a night that a guard stopped",
        "a night without an answer",
        "never",
    ],
)
def test_26_hours_without_a_night_that_went_through_are_an_error(
    server, site, clock: FakeClock, hours, code, exit_code
):
    if hours is not None:
        with site.ledger.write() as conn:
            runs.start(conn, "night-1", site.key, "nightly", None, NOW)
            runs.finish(conn, "night-1", code, NOW)
        clock.advance(hours * 3600)

    assert exit_of(check_nights(site.settings, None, clock)) == exit_code
    assert server.requests == []


def test_sizes_and_spans_are_rounded_down_to_what_people_read():
    assert [in_bytes(size) for size in (0, 999, 1000, 1_250_000, 5 * 10**13)] == [
        "0 bytes",
        "999 bytes",
        "1.0 kB",
        "1.2 MB",
        "50.0 TB",
    ]
    spans = (timedelta(seconds=1), timedelta(seconds=-90), timedelta(hours=26), timedelta(days=2))
    assert [in_time(span) for span in spans] == ["1 second", "90 seconds", "26 hours", "2 days"]


@pytest.mark.parametrize("profile", [*PROFILES.values(), UNKNOWN], ids=lambda one: one.name)
def test_every_profile_has_words_for_what_an_administrator_asks(profile):
    topics = dict(meaning(profile))

    assert {"listings", "metadata", "text tracks", "deletes", "requests"} <= set(topics)
    assert ("undeleting" in topics) == profile.deletes
    assert all(words and not words.endswith((".", ";", " ")) for words in topics.values())


def test_what_a_kind_of_server_leaves_after_a_delete_is_said():
    assert "files of unpublished recordings stay" in dict(meaning(PROFILES["scalelite"]))["deletes"]
    assert "/var/bigbluebutton/deleted" in dict(meaning(PROFILES["bbb30"]))["undeleting"]
    assert "can't be brought back" in dict(meaning(PROFILES["scalelite"]))["undeleting"]
    assert dict(meaning(UNKNOWN))["text tracks"].startswith("unknown")
