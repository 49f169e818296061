"""What comes of answers as servers really send them: each document in data/ beside the recordings read from it."""

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest
from api.scripted import ScriptedServer
from api.wire import failed

from bbbkeep.api.parse import merged_by_id
from bbbkeep.api.reading import Reader
from bbbkeep.errors import BbbAuthError, BbbError, BbbRejectedError, BbbUnsupportedError
from bbbkeep.model import Recording

DATA = Path(__file__).parent / "data"
ANSWERS = sorted(DATA.glob("*.xml"))


def in_plain_words(recording: Recording) -> dict[str, object]:
    """Leave out what is unknown, so that the expected documents show what is known."""
    known = {key: value for key, value in asdict(recording).items() if value is not None}
    for one in known["formats"]:
        for key in [key for key, value in one.items() if value is None]:
            del one[key]
    return {
        key: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for key, value in known.items()
    }


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda path: path.stem)
def test_each_server_is_read_as_it_means_it(server: ScriptedServer, reader: Reader, answer: Path) -> None:
    server.says(answer.read_bytes())
    golden = answer.with_suffix(".json")

    with reader.listing_all() as listing:
        found = merged_by_id(listing)
        shown = {
            "lenient": listing.lenient,
            "total": listing.total,
            "because": listing.because,
            "recordings": [in_plain_words(one) for one in found.values()],
        }

    printed = json.dumps(shown, ensure_ascii=False, indent=2) + "\n"
    if os.environ.get("BBBKEEP_WRITE_GOLDEN"):
        golden.write_text(printed, "utf-8")
    assert printed == golden.read_text("utf-8")


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda path: path.stem)
def test_no_url_that_opens_something_is_kept(server: ScriptedServer, reader: Reader, answer: Path) -> None:
    server.says(answer.read_bytes())

    with reader.listing_all() as listing:
        for one in listing:
            shown = json.dumps(asdict(one), default=str)
            assert "token=" not in shown
            assert "/ticket/" not in shown


EMPTY = {
    "BigBlueButton": "<recordings></recordings><messageKey>noRecordings</messageKey>"
    "<message>There are no recordings for the meeting(s).</message>",
    "Scalelite": "<recordings>\n  </recordings>\n  <messageKey>noRecordings</messageKey>\n"
    "  <message>There are not recordings for the meetings</message>",
    "BBBLB": "<recordings/>",
    "success in lower case": "<recordings/>",
}


@pytest.mark.parametrize("kind", EMPTY)
def test_nothing_is_nothing_in_each_servers_words(server: ScriptedServer, reader: Reader, kind: str) -> None:
    code = "success" if "lower" in kind else "SUCCESS"
    server.says(f"<response>\n  <returncode>{code}</returncode>\n  {EMPTY[kind]}\n</response>\n")

    with reader.listing_all() as listing:
        assert list(listing) == []
        assert listing.complete


def test_a_server_that_fetches_nothing_without_ids_has_not_said_that_it_is_empty(
    server: ScriptedServer, reader: Reader
) -> None:
    server.says(
        "<response><returncode>SUCCESS</returncode><messageKey>noRecordings</messageKey><message>"
        "No recordings found. This may occur if you attempt to retrieve all recordings.</message></response>"
    )

    with reader.listing_all() as listing:
        assert list(listing) == []
        assert not listing.complete


@pytest.mark.parametrize(
    ("code", "key", "message", "error"),
    [
        ("FAILED", "checksumError", "You did not pass the checksum security check", BbbAuthError),
        ("FAILED", "checksumError", "Checksums do not match", BbbAuthError),
        ("FAILURE", "checksumError", "You did not pass the checksum security check", BbbAuthError),
        ("FAILED", "checksumError", "Checksum did not pass verification", BbbAuthError),
        (
            "FAILED",
            "checksumError",
            "Unknown tenant, unable to perform checksum security check",
            BbbAuthError,
        ),
        ("FAILED", "unsupportedRequest", "This request is not supported.", BbbUnsupportedError),
        ("FAILED", "notImplemented", "This API endpoint or feature is not implemented", BbbUnsupportedError),
        ("FAILED", "missingParameterRecordID", "Missing ir invalid parameter recordID.", BbbRejectedError),
        ("FAILED", "missingParameters", "param meetingID or recordID must be included.", BbbRejectedError),
        ("FAILURE", "notFound", "We could not find recordings", BbbRejectedError),
    ],
)
def test_each_refusal_is_the_error_it_means(
    server: ScriptedServer, reader: Reader, code: str, key: str, message: str, error: type[BbbError]
) -> None:
    server.says(failed(key, message, code))

    with pytest.raises(BbbError, match=key) as caught:
        reader.listing_all()

    assert type(caught.value) is error
    assert len(server.requests) == 1
