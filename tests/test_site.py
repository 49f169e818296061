"""A site is one server with what work on it needs; its name is only a label."""

from fake_clock import FakeClock

from bbbkeep.settings import read_settings
from bbbkeep.site import Site, SiteRef, open_site, site_of

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
