"""What a write destroys is saved first, or the write is not sent; and it expires."""

import stat
from datetime import timedelta

from plans.bench import FIRST, SECOND, Bench, outcomes
from plans.meddler import LOST_BEFORE

from bbbkeep.plans.archive import erase_before, load
from bbbkeep.standin.recording import SeedTrack

WEBVTT = "WEBVTT\n\n00:01.000 --> 00:03.000\nWelcome.\n"


def test_a_deleted_recordings_metadata_and_text_tracks_are_saved(swept: Bench):
    swept.server.state.put_track(FIRST, SeedTrack("captions", "en", "English", "live", WEBVTT))

    swept.apply([swept.item("delete")])

    [saved] = swept.archived()
    assert (saved["record_id"], saved["name"]) == (FIRST, "Algebra")
    assert saved["metadata"]["presenter"] == "sentinel-old-value"
    assert saved["tracks"] == [
        {"kind": "captions", "lang": "en", "label": "English", "source": "live", "text": WEBVTT}
    ]


def test_what_can_not_be_saved_is_not_deleted_and_the_others_are(swept: Bench):
    items = [swept.item("delete", FIRST), swept.item("delete", SECOND)]
    swept.proxy.meddle = lambda call, ids: (
        LOST_BEFORE if call == "getRecordingTextTracks" and ids == FIRST else None
    )

    found = swept.apply(items)

    assert outcomes(found) == ["failed", "verified"]
    assert "could not be saved first" in found[0].because
    assert (swept.truth(FIRST).state, swept.truth(SECOND).state) == ("published", "deleted")


def test_an_archive_that_can_not_be_written_stops_the_deletion(swept: Bench):
    swept.site.archive_dir.parent.mkdir(parents=True)
    swept.site.archive_dir.write_text("a file where the folder should be")

    [found] = swept.apply([swept.item("delete")])

    assert (found.outcome, swept.proxy.writes) == ("failed", [])


def test_what_was_saved_is_its_owners_alone(swept: Bench):
    swept.apply([swept.item("delete")])

    [path] = swept.site.archive_dir.rglob("*.json")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_no_address_of_a_track_is_kept(swept: Bench):
    swept.server.state.put_track(FIRST, SeedTrack("captions", "en", "English", "live", WEBVTT))

    swept.apply([swept.item("delete")])

    [path] = swept.site.archive_dir.rglob("*.json")
    assert "href" not in path.read_text()
    assert "textTrack/" not in path.read_text()


def test_what_was_saved_expires_by_the_time_in_its_name(swept: Bench):
    swept.apply([swept.item("delete")])
    stranger = swept.site.archive_dir / "2026-03" / "notes.json"
    stranger.write_text("{}")
    saved_at = swept.clock.now()

    assert erase_before(swept.site.archive_dir, saved_at - timedelta(days=1)) == 0
    assert erase_before(swept.site.archive_dir, saved_at + timedelta(days=1)) == 1
    assert list(swept.site.archive_dir.rglob("*.json")) == [stranger]


def test_what_is_damaged_or_gone_is_as_if_it_were_erased(swept: Bench):
    folder = swept.site.archive_dir
    folder.mkdir(parents=True)
    (folder / "torn.json").write_text('{"server": ')

    assert load(swept.site, "torn.json") is None
    assert load(swept.site, "gone.json") is None
