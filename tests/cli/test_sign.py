"""`bbbkeep sign`: the documented checksums, without a request, and a page that uploads one file."""

import re

import pytest

DOCUMENTED = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
URL = "https://bbb.example.org/bigbluebutton/api"
ID = "652c9eb4c07ad49283554c76301d68770326bd93-1462283509434"
TRACK = ["putRecordingTextTrack", f"recordID={ID}", "kind=subtitles", "lang=pt-BR"]


@pytest.fixture
def bbbkeep(bbbkeep, monkeypatch):
    monkeypatch.setenv("BBB_URL", URL)
    monkeypatch.setenv("BBB_SECRET", DOCUMENTED)
    return bbbkeep


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param(
            ["getRecordings", "state=any", "offset=0", "limit=25", "--checksum", "sha1"],
            "getRecordings?state=any&offset=0&limit=25&checksum=00654d4408cf60b06d3c9220ac7fe9037ce94edd",
            id="SHA-1",
        ),
        pytest.param(
            ["getRecordings"],
            "getRecordings?checksum=ff87a566827fe603090c7ec37bc5c14c38d9e104219b57becbdcd3ed9e99dcd3",
            id="no parameter, SHA-256 by default",
        ),
    ],
)
def test_the_worked_examples_come_out(bbbkeep, words, expected):
    told = bbbkeep("sign", *words)

    assert (told.exit, told.out) == (0, f"{URL}/{expected}\n")
    assert "warning" not in told.err


def test_the_configured_algorithm_counts(bbbkeep, monkeypatch):
    monkeypatch.setenv("BBB_CHECKSUM", "sha1")

    assert bbbkeep("sign", "getRecordings").out == (
        f"{URL}/getRecordings?checksum=2d8ec9f1d49ac91a5068c0914bb414a9d83142c6\n"
    )


@pytest.mark.parametrize(
    "words", [["end", "meetingID=m"], ["deleteRecordings", f"recordID={ID}"], ["join", "meetingID=m"]]
)
def test_a_call_that_changes_something_is_signed_with_a_warning(bbbkeep, words):
    told = bbbkeep("sign", *words)

    assert told.exit == 0
    assert told.last_line == (
        f"warning: whoever has this URL can do {words[0]}, again and again: it never expires"
    )


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["deleteRecordings"], "is not a whole record ID"),
        (["deleteRecordings", f"recordID={ID},"], "is not a whole record ID"),
        (["updateRecordings", "recordID=652c9e", "meta_a=b"], "is not a whole record ID"),
        (["dropRecordings"], "there is no call"),
        (["index"], "there is no call"),
        (["getMeetings", "--out", "x.html"], "--form"),
        (["getMeetings", "--form"], "takes no file"),
        ([*TRACK, "--form"], "label"),
        ([*TRACK[:2], "kind=x", "lang=de", "label=D", "--form"], "captions"),
        ([*TRACK[:3], "lang=../../x", "label=D", "--form"], "language tag"),
        ([TRACK[0], f"recordID={ID},{ID}", *TRACK[2:], "label=P", "--form"], "one recording"),
    ],
)
def test_what_must_not_be_signed_is_exit_2(bbbkeep, tmp_path, words, problem):
    told = bbbkeep("sign", *words)

    assert (told.exit, told.out) == (2, "")
    assert problem in told.last_line
    assert list(tmp_path.glob("*.html")) == []


def test_the_upload_form_posts_one_file_to_the_signed_url(bbbkeep, tmp_path):
    told = bbbkeep("sign", *TRACK, 'label=Português <b> & "'[:-1], "--form")
    page = tmp_path / f"{ID}.pt-BR.upload.html"
    text = page.read_text()

    assert (told.exit, told.out) == (0, f"wrote {page.name}\n")
    assert "checksum" not in told.out + told.err
    assert page.stat().st_mode & 0o777 == 0o600
    action = re.search(r'action="([^"]*)"', text)[1]
    assert action.startswith(
        f"{URL}/putRecordingTextTrack?recordID={ID}&amp;kind=subtitles&amp;lang=pt-BR&amp;label="
    )
    assert 'method="post" enctype="multipart/form-data"' in text
    assert '<input type="file" name="file" accept=".vtt,.srt,.ssa,.ass" required>' in text
    assert "<td>Português &lt;b&gt; &amp; </td>" in text
    assert "form-action https://bbb.example.org" in text


def test_a_page_is_never_overwritten(bbbkeep, tmp_path):
    (tmp_path / "x.html").write_text("mine")
    told = bbbkeep("sign", *TRACK, "label=P", "--form", "--out", "x.html")

    assert told.exit == 2
    assert (tmp_path / "x.html").read_text() == "mine"


def test_signing_opens_no_ledger(bbbkeep, tmp_path):
    bbbkeep("sign", "getMeetings")

    assert not (tmp_path / "state").exists()
