"""Turn one `<recording>` into a Recording: the only place that knows the wire's units.

Pure.  What is absent, zero or impossible becomes None, which means unknown.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lxml import etree

from bbbkeep.api.values import masked
from bbbkeep.model import RECORD_ID, DateStatus, PlaybackFormat, Recording

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FLOOR_MS = (datetime(2007, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND
_DAY_MS = 24 * 60 * 60 * 1000
_MOST_DIGITS = 15
_LONGEST_ID = 200
_ONE_TIME = ("token=", "checksum=", "/ticket/")

_BOOLEANS = {"true": True, "false": False}
# BBBLB's publishRecordings speaks of states where the others say true and false.
_PUBLISHED = _BOOLEANS | {"published": True, "unpublished": False}


def milliseconds(now: datetime) -> int:
    """Return *now* in BigBlueButton's unit: milliseconds since 1970."""
    return (now - _EPOCH) // _MILLISECOND


def parse_recording(element: etree._Element, *, now_ms: int, lenient: bool = False) -> Recording | None:
    """Return the recording that *element* describes; None if it does not say which.

    After a *lenient* parse the metadata are unknown.
    """
    texts = {child.tag: child.text for child in element}
    record_id = _stripped(texts.get("recordID"))
    if record_id is None or len(record_id) > _LONGEST_ID:
        return None
    own_ms = int(record_id[-13:]) if RECORD_ID.fullmatch(record_id) else None
    start, start_status = parse_date(texts.get("startTime"), own_ms, now_ms)
    end, end_status = parse_date(texts.get("endTime"), own_ms, now_ms)
    protected = _BOOLEANS.get(_word(texts.get("protected")))
    state = _word(texts.get("state"))
    return Recording(
        record_id=record_id,
        meeting_id=_stripped(texts.get("meetingID")),
        internal_meeting_id=_stripped(texts.get("internalMeetingID")),
        name=texts.get("name"),
        state=None if state in ("", "unknown") else state,
        published=_PUBLISHED.get(_word(texts.get("published"))),
        start=start,
        end=end,
        start_status=start_status,
        end_status=end_status,
        participants=_count(texts.get("participants")),
        protected=protected,
        is_breakout=_BOOLEANS.get(_word(texts.get("isBreakout"))),
        size_bytes=_count(texts.get("size")),
        raw_size_bytes=_count(texts.get("rawSize")),
        metadata=None if lenient or "metadata" not in texts else _metadata(element),
        formats=_formats(element, protected=bool(protected)) if "playback" in texts else (),
    )


def parse_date(text: str | None, own_ms: int | None, now_ms: int) -> tuple[datetime | None, DateStatus]:
    """Return a time in milliseconds as a date, or why it can't be one.

    *own_ms* are the 13 digits of the record ID: the meeting's creation.
    """
    moment = _count(text)
    if moment is None:
        return None, "missing"
    if moment < _FLOOR_MS:
        return None, "floor"
    if moment > now_ms:
        return None, "future"
    if own_ms is not None and abs(moment - own_ms) > _DAY_MS:
        return None, "mismatch"
    return _EPOCH + timedelta(milliseconds=moment), "ok"


def merged(first: Recording, second: Recording) -> Recording:
    """Return one recording of two entries with the same ID.

    Old servers print one entry for each format, and paging may split a
    recording.  What *first* says counts; state and metadata that one entry
    leaves unknown, or in which the two differ, are unknown.
    """
    known = {one.type for one in first.formats}
    added = tuple(one for one in second.formats if one.type not in known)
    metadata = None
    if first.metadata is not None and second.metadata is not None:
        metadata = _united((*second.metadata.items(), *first.metadata.items()))
    state = first.state if first.state == second.state else None
    return replace(first, formats=first.formats + added, metadata=metadata, state=state)


def merged_by_id(recordings: Iterable[Recording]) -> dict[str, Recording]:
    """Return *recordings* by ID, those with the same one merged."""
    found: dict[str, Recording] = {}
    for recording in recordings:
        twin = found.get(recording.record_id)
        found[recording.record_id] = merged(twin, recording) if twin else recording
    return found


def _metadata(element: etree._Element) -> dict[str, str] | None:
    """Return the metadata; None where a key stands there with two values: the one left out may be a hold."""
    found: list[tuple[str, str]] = []
    for metadata in element.iterchildren("metadata"):
        for child in metadata:
            value = child.text or ""
            if len(child):
                value = "".join(child.itertext())
            key = str(child.tag)
            found.append((key, masked(key, value)))
    return _united(found)


def _united(pairs: Iterable[tuple[str, str]]) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for key, value in pairs:
        if found.setdefault(key, value) != value:
            return None
    return found


def _formats(element: etree._Element, *, protected: bool) -> tuple[PlaybackFormat, ...]:
    found: dict[str, PlaybackFormat] = {}
    for playback in element.iterchildren("playback"):
        for child in playback.iterchildren("format"):
            texts = {part.tag: part.text for part in child}
            kind = _stripped(texts.get("type")) or "unknown"
            # A recording that is in two states at once has its formats listed twice.
            if kind not in found:
                url = None if protected else _lasting(_stripped(texts.get("url")))
                length, size = _count(texts.get("length")), _count(texts.get("size"))
                found[kind] = PlaybackFormat(kind, url, length, size)
    return tuple(found.values())


def _lasting(url: str | None) -> str | None:
    """Return *url* unless it carries a key of its own."""
    return url if url and not any(sign in url for sign in _ONE_TIME) else None


def _stripped(text: str | None) -> str | None:
    return (text.strip() or None) if text else None


def _word(text: str | None) -> str:
    return text.strip().lower() if text else ""


def _count(text: str | None) -> int | None:
    """Return a positive number; BigBlueButton prints 0 for what it does not know."""
    if not text or text == "0":
        return None
    digits = text.strip()
    if not digits.isascii() or not digits.isdigit() or len(digits) > _MOST_DIGITS:
        return None
    return int(digits) or None
