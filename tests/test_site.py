"""A site is one server with what work on it needs; its name is only a label."""

import traceback
from datetime import timedelta

import pytest
from fake_clock import FakeClock

from bbbkeep.api.probing import Finding
from bbbkeep.errors import LedgerError
from bbbkeep.operations.inventory import begin_sweep
from bbbkeep.settings import read_settings
from bbbkeep.site import UNKNOWN, Site, SiteRef, open_site, site_of
from bbbkeep.standin.server import LocalServer

SECRET = "sentinel-5ecret-0f1e2d3c"
URL = "https://bbb.example.org/bigbluebutton/api"


def settings(tmp_path, more=""):
    path = tmp_path / "bbbkeep.yaml"
    path.write_text(
        f"state_dir: state\n{more}servers:\n  campus:\n    url: https://bbb.example.org\n    secret: {{env: S}}\n    profile: bbb30\n",
        encoding="utf-8",
    )
    return read_settings(path, environ={"S": SECRET, "HOME": str(tmp_path)})


def test_the_key_is_the_url_and_the_name_a_label(tmp_path):
    with site_of(settings(tmp_path), None, FakeClock()) as site:
        assert site.key == URL
        assert site.address().key == URL
        assert site.plans_dir == tmp_path / "state" / "plans" / "campus"


def test_everything_of_ours_lies_in_the_state_folder_readable_by_its_owner_alone(tmp_path):
    with site_of(settings(tmp_path), "campus", FakeClock()) as site, site.reader():
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "state").iterdir()}

    assert modes["spool"] == 0o700
    assert modes["ledger.sqlite3"] == 0o600


def test_a_reference_opens_the_same_site_and_carries_no_secret(tmp_path, monkeypatch):
    settings(tmp_path)
    monkeypatch.setenv("S", SECRET)
    ref = SiteRef("campus", str(tmp_path / "bbbkeep.yaml"), str(tmp_path / "elsewhere"))

    with open_site(ref, FakeClock()) as site:
        assert site.settings.state_dir == tmp_path / "elsewhere"
        assert site.server.secret == SECRET

    assert SECRET not in repr(ref)


def test_no_repr_shows_the_secret(tmp_path):
    with site_of(settings(tmp_path), None, FakeClock()) as site:
        assert SECRET not in repr(site)
        assert SECRET not in repr(site.address())


def test_other_record_ids_are_taken_where_they_are_allowed(tmp_path):
    def takes(site: Site, record_id: str) -> bool:
        return site.record_ids.fullmatch(record_id) is not None

    whole = "0" * 40 + "-1700000000000"
    with site_of(settings(tmp_path), None, FakeClock()) as site:
        assert takes(site, whole)
        assert not takes(site, "lecture-7")
    with site_of(settings(tmp_path, "other_record_ids: lecture-[0-9]|talk\n"), None, FakeClock()) as site:
        assert takes(site, whole)
        assert takes(site, "lecture-7")
        assert takes(site, "talk")
        assert not takes(site, "talks")


def test_a_ledger_elsewhere_is_opened_there_and_its_password_told_nobody(tmp_path):
    more = "ledger: {url: 'postgresql://keeper@127.0.0.1:9/keep', password: {env: S}}\n"

    with pytest.raises(LedgerError) as told, site_of(settings(tmp_path, more), None, FakeClock()):
        pass

    chain = traceback.format_exception(told.value)
    assert "127.0.0.1:9/keep" in str(told.value)
    assert "can't be reached" in str(told.value)
    assert SECRET not in "".join(chain)
    assert not (tmp_path / "state" / "ledger.sqlite3").exists()


def test_a_server_is_asked_once_what_kind_it_is(tmp_path):
    clock = FakeClock()
    with (
        LocalServer(secret=SECRET, clock=clock, profile="bbb26") as server,
        an_auto_site(server, tmp_path) as site,
    ):
        assert site.profile == UNKNOWN
        for _ in range(3):
            with site.reader() as reader:
                assert reader.profile.name == "bbb26"
        with site.writer() as writer:
            assert writer.profile.name == "bbb26"

        assert [call for _, call, _ in server.requests] == ["getRecordings", "getRecordingTextTracks"]
        assert site.profile == site.address().profile == "bbb26"


def test_what_was_found_is_asked_again_when_it_is_older_than_asked_for(tmp_path):
    clock = FakeClock()
    with LocalServer(secret=SECRET, clock=clock) as server, an_auto_site(server, tmp_path, clock) as site:
        site.settle_profile()
        clock.advance(86_000)
        site.settle_profile(older_than=timedelta(days=1))
        once = len(server.requests)
        clock.advance(1000)
        site.settle_profile(older_than=timedelta(days=1))

        assert len(server.requests) == 2 * once


def test_a_configured_profile_is_never_asked_for(tmp_path):
    with LocalServer(secret=SECRET, clock=FakeClock()) as server:
        with an_auto_site(server, tmp_path, profile="bbblb") as site, site.reader() as reader:
            assert (site.profile, reader.profile.name) == ("bbblb", "bbblb")

        assert server.requests == []


def test_a_server_that_changed_its_ways_is_known_by_them_in_the_next_sweep(tmp_path):
    clock = FakeClock()
    with (
        LocalServer(secret=SECRET, clock=clock, profile="bbb30") as server,
        an_auto_site(server, tmp_path) as site,
    ):
        site.remember_finding(Finding("bbb26", "as it was before its upgrade"))
        begin_sweep(site, now=clock.now())

        assert site.profile == "bbb30"


def test_a_call_that_went_unanswered_does_not_unsettle_what_is_known(tmp_path, monkeypatch):
    clock = FakeClock()
    unanswered = Finding("unknown", "it did not answer", certain=False)
    with LocalServer(secret=SECRET, clock=clock) as server, an_auto_site(server, tmp_path, clock) as site:
        site.settle_profile()
        clock.advance(100_000)
        monkeypatch.setattr("bbbkeep.api.reading.Reader.probe", lambda _: unanswered)

        assert site.settle_profile(older_than=timedelta(days=1)) == "bbb30"
        assert site.profile == "bbb30"


def test_a_server_of_no_known_kind_is_looked_at_again_in_every_sweep(tmp_path):
    with LocalServer(secret=SECRET, clock=FakeClock()) as server, an_auto_site(server, tmp_path) as site:
        site.remember_finding(Finding("unknown", "it answered like none"))

        assert site.settle_profile() == "unknown"
        assert site.settle_profile(older_than=timedelta(days=1)) == "bbb30"


def an_auto_site(server, tmp_path, clock=None, *, profile="auto"):
    text = f"servers:\n  campus:\n    url: {server.url}\n    secret: {{env: S}}\n    profile: {profile}\n"
    path = tmp_path / "auto.yaml"
    path.write_text(f"state_dir: state\n{text}", encoding="utf-8")
    return site_of(
        read_settings(path, environ={"S": SECRET, "HOME": str(tmp_path)}), None, clock or FakeClock()
    )
