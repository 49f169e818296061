"""`bbbkeep captions list`, `download` and `status`: what is on the server, and what became of what was sent."""

import pytest

SRT = "1\n00:00:01,000 --> 00:00:03,000\nGood morning.\n"


@pytest.fixture
def captioned(server, bbbkeep, published, tmp_path):
    record_id = published[-1]
    (tmp_path / f"{record_id}.pt-BR.srt").write_text(SRT)
    bbbkeep("inventory")
    assert bbbkeep("captions", "upload", f"{record_id}.pt-BR.srt", "--yes").exit == 0
    return record_id


def test_tracks_are_listed_without_their_address(server, bbbkeep, captioned):
    told = bbbkeep("captions", "list", captioned)

    assert (told.exit, told.out.splitlines()[0].split()) == (0, ["kind", "lang", "label", "source"])
    [track] = [
        one
        for one in bbbkeep("captions", "list", captioned, "--json").document["tracks"]
        if one["lang"] == "pt-BR"
    ]
    assert set(track) == {"kind", "lang", "label", "source"}
    assert (track["kind"], track["source"]) == ("captions", "upload")


def test_a_recording_without_tracks_has_none(server, bbbkeep, published):
    assert bbbkeep("captions", "list", published[0]).out == "no text tracks\n"


@pytest.mark.parametrize("words", [["list", "nope"], ["download", "nope", "en"]])
def test_half_a_record_id_is_wrong_usage(server, bbbkeep, words):
    told = bbbkeep("captions", *words)

    assert told.exit == 2
    assert server.requests == []


def test_a_track_is_fetched_into_a_new_file(server, bbbkeep, captioned, tmp_path):
    told = bbbkeep("captions", "download", captioned, "pt-BR")
    file = tmp_path / f"{captioned}.pt-BR.vtt"

    assert (told.exit, told.out) == (0, f"wrote {file.name}\n")
    assert file.read_text().startswith("WEBVTT")
    assert "Good morning." in file.read_text()
    assert bbbkeep("captions", "download", captioned, "pt-BR").last_line == (
        f"bbbkeep: {file.name} exists already; nothing was written; name another file with --out"
    )


def test_a_track_that_is_not_there_is_named_beside_those_that_are(server, bbbkeep, captioned):
    told = bbbkeep("captions", "download", captioned, "fi", "--out", "x.vtt")

    assert told.exit == 2
    assert told.last_line.startswith("bbbkeep: no text track in 'fi'; the recording has: ")
    assert "captions pt-BR" in told.last_line


def test_status_tells_of_each_file_that_was_sent(server, bbbkeep, captioned):
    [upload] = bbbkeep("captions", "status", "--json").document["uploads"]

    assert (upload["record_id"], upload["lang"], upload["status"]) == (captioned, "pt-BR", "verified")
    assert upload["since"].endswith("+00:00")
    assert bbbkeep("captions", "status").out.splitlines()[1].startswith(f"{captioned}  pt-BR  verified  ")


def test_before_any_upload_there_is_no_status(server, bbbkeep):
    assert bbbkeep("captions", "status").out == "nothing was sent yet\n"
