"""`bbbkeep captions list`, `download`, `status`, `coverage`, `remove` and `restore`, as typed."""

from pathlib import Path

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


@pytest.mark.parametrize(
    "words",
    [
        ["list", "nope"],
        ["download", "nope", "en"],
        ["remove", "nope", "--lang", "en"],
        ["restore", "nope", "--lang", "en"],
    ],
)
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
    assert bbbkeep("captions", "status").out == (
        "nothing was sent yet\nwhat is known of text tracks: none asked yet, 0 never\n"
    )


def test_status_names_the_files_that_wait_and_since_when(server, bbbkeep, tmp_path):
    folder = tmp_path / "state" / "captions"
    folder.mkdir(parents=True)
    (folder / "lecture.de.srt").write_text(SRT)

    [waiting] = bbbkeep("captions", "status", "--json").document["waiting"]

    assert waiting["file"] == "lecture.de.srt"
    assert waiting["since"].endswith("+00:00")


def test_a_download_has_a_document_too(server, bbbkeep, captioned):
    document = bbbkeep("captions", "download", captioned, "pt-BR", "--out", "x.vtt", "--json").document

    assert document == {"record_id": captioned, "lang": "pt-BR", "file": "x.vtt"}


def test_coverage_says_what_lacks_what_and_how_old_that_is(server, bbbkeep, captioned, published):
    told = bbbkeep("captions", "coverage", "--lang", "pt-BR")
    document = bbbkeep("captions", "coverage", "--lang", "pt-BR", "--json").document

    assert told.exit == 0
    assert f"{published[0]}  pt-BR  not known  " in told.out
    assert "what is known of text tracks: 1 asked between" in told.out
    assert captioned not in {one["record_id"] for one in document["lacking"]}
    assert document["languages"]["pt-BR"] == 1
    assert document["knowledge"]["asked"] == 1


def test_a_removal_is_a_plan_that_is_asked_about(server, bbbkeep, captioned):
    told = bbbkeep("captions", "remove", captioned, "--lang", "pt-BR")

    assert told.exit == 2
    assert f"remove_text_track  {captioned}  remove captions in pt-BR (source upload)" in told.out
    assert "pass --yes" in told.last_line


def test_a_track_that_the_server_keeps_is_said_to_be_there_and_blank_is_offered(server, bbbkeep, captioned):
    told = bbbkeep("captions", "remove", captioned, "--lang", "pt-BR", "--yes")

    assert told.exit == 3
    assert "--blank" in told.last_line


def test_a_blanked_track_is_put_back_by_restore(server, bbbkeep, captioned):
    blanked = bbbkeep("captions", "remove", captioned, "--lang", "pt-BR", "--blank", "--yes", "--json")
    bbbkeep("captions", "download", captioned, "pt-BR", "--out", "blank.vtt")
    restored = bbbkeep("captions", "restore", captioned, "--lang", "pt-BR", "--yes", "--json")
    bbbkeep("captions", "download", captioned, "pt-BR", "--out", "back.vtt")

    for ran in (blanked, restored):
        assert ran.exit == 0
        assert [one["outcome"] for one in ran.document["items"]] == ["verified"]
    assert "Good morning." not in Path("blank.vtt").read_text()
    assert "Good morning." in Path("back.vtt").read_text()


def test_a_manifest_is_taken_from_the_command_line(server, bbbkeep, published, tmp_path):
    (tmp_path / "talk.srt").write_text(SRT)
    (tmp_path / "list.csv").write_text(f"file,recording,lang\ntalk.srt,{published[0]},de\n")
    bbbkeep("inventory")

    told = bbbkeep("captions", "upload", "--manifest", "list.csv", "--yes", "--json")

    [item] = told.document["items"]
    assert (told.exit, item["outcome"]) == (0, "verified")
    assert (item["file"], item["kind"], item["lang"]) == ("talk.srt", "captions", "de")
    assert "converted: 1 of 1" in told.err
    assert "sent: 1 of 1" in told.err


def test_an_encoding_is_taken_from_the_command_line(server, bbbkeep, published, tmp_path):
    text = SRT.replace("Good morning.", "Čeština")
    (tmp_path / f"{published[0]}.cs.srt").write_bytes(text.encode("cp1250"))
    bbbkeep("inventory")

    wrong = bbbkeep("captions", "upload", ".", "--encoding", "latin-99", "--yes")
    told = bbbkeep("captions", "upload", ".", "--encoding", "cp1250", "--yes", "--json")

    assert (wrong.exit, "encoding 'latin-99': not one Python knows" in wrong.err) == (2, True)
    assert [item["outcome"] for item in told.document["items"]] == ["verified"]
    assert "Čeština" in server.state.text_tracks(published[0])[0].webvtt


def test_outcomes_tell_the_languages_of_one_recording_apart(server, bbbkeep, published, tmp_path):
    for lang in ("de", "fr"):
        (tmp_path / f"{published[0]}.{lang}.srt").write_text(SRT)
    bbbkeep("inventory")

    told = bbbkeep("captions", "upload", ".", "--yes")

    run_id = told.out.splitlines()[-1].split()[1].rstrip(":")
    for shown in (told.out, bbbkeep("runs", "show", run_id).out):
        assert f"verified  upload_text_track captions de  {published[0]}" in shown
        assert f"verified  upload_text_track captions fr  {published[0]}" in shown
