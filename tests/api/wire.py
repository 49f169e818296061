"""Builders of what a BigBlueButton server sends."""

from collections.abc import Iterable, Mapping

A, B = (letter * 40 + "-1700000000000" for letter in "ab")
START_MS, END_MS = 1_700_000_000_000, 1_700_003_600_000


def ok(inner: str = "") -> str:
    return f"<response><returncode>SUCCESS</returncode>{inner}</response>"


def failed(key: str, message: str = "No.", code: str = "FAILED") -> str:
    return (
        f"<response><returncode>{code}</returncode><messageKey>{key}</messageKey>"
        f"<message>{message}</message></response>"
    )


def listing(*recordings: str, after: str = "") -> str:
    return ok(f"<recordings>{''.join(recordings)}</recordings>{after}")


EMPTY = listing(after="<messageKey>noRecordings</messageKey><message>There are no recordings.</message>")
CHECKSUM_ERROR = failed("checksumError", "You did not pass the checksum security check")
NOT_FOUND_PAGE = b"<!DOCTYPE html>\n<html><body>404 Not Found</body></html>"


def a_recording(
    record_id: str = A,
    *,
    metadata: Mapping[str, str] | None = None,
    formats: Iterable[str] = (),
    **elements: str | None,
) -> str:
    """Print a recording as BigBlueButton 3.0 does; an element given as None is left out."""
    values: dict[str, str | None] = {
        "recordID": record_id,
        "meetingID": "course-7",
        "internalMeetingID": record_id,
        "name": "Lecture",
        "isBreakout": "false",
        "published": "true",
        "state": "published",
        "startTime": str(START_MS),
        "endTime": str(END_MS),
        "participants": "3",
        "rawSize": "900",
        "size": "700",
        **elements,
    }
    inner = "".join(f"<{tag}>{text}</{tag}>" for tag, text in values.items() if text is not None)
    keys = "".join(f"<{key}>{value}</{key}>" for key, value in (metadata or {}).items())
    playback = "".join(formats) or a_format()
    return f"<recording>{inner}<metadata>{keys}</metadata><playback>{playback}</playback><data></data></recording>"


def a_format(kind: str = "presentation", **elements: str | None) -> str:
    values = {
        "type": kind,
        "url": f"https://bbb.example.org/playback/{kind}/2.3/x",
        "processingTime": "5",
        "length": "60",
        "size": "500",
        **elements,
    }
    inner = "".join(f"<{tag}>{text}</{tag}>" for tag, text in values.items() if text is not None)
    return f"<format>{inner}</format>"
