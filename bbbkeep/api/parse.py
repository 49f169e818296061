"""Turn one `<recording>` into a Recording: the only place that knows the wire's units.

Pure.  What is absent, zero or impossible becomes None, which means unknown.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from lxml import etree

from bbbkeep.api.values import masked
from bbbkeep.model import RECORD_ID, STATES, DateStatus, PlaybackFormat, Recording

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_FLOOR_MS = (datetime(2007, 1, 1, tzinfo=UTC) - _EPOCH) // _MILLISECOND
_DAY_MS = 24 * 60 * 60 * 1000
_MOST_DIGITS = 15
_LONGEST_ID = 200
_SECOND_MS, _MINUTE_MS = 1000, 60_000
_LONGEST_LENGTH = 7 * 24 * 60
_SLACK_MS = 15 * _MINUTE_MS
_ONE_TIME = ("token=", "checksum=", "/ticket/")

_BOOLEANS = {"true": True, "false": False}
# BBBLB's publishRecordings speaks of states where the others say true and false.
_PUBLISHED = _BOOLEANS | {"published": True, "unpublished": False}
# Screen sharing of the 1.x servers says "available", which Scalelite's importer takes as published, too.
_STATES: dict[str, str] = {state: state for state in STATES} | {"available": "published"}


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
    meeting_id = _stripped(texts.get("meetingID"))
    return Recording(
        record_id=record_id,
        # BigBlueButton repeats its own ID where metadata.xml names no meeting (bigbluebutton#8250).
        meeting_id=None if meeting_id == record_id else meeting_id,
        internal_meeting_id=_stripped(texts.get("internalMeetingID")),
        name=_name(element, texts.get("name")),
        state=_STATES.get(_word(texts.get("state"))),
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
        formats=_formats(element, bool(protected), start, end) if "playback" in texts else (),
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


def length_minutes(text: str | None, start: datetime | None, end: datetime | None) -> int | None:
    """Return a format's length in whole minutes, as most servers send it (Scalelite rounds, the others cut).

    bbb-recording-api passes on the milliseconds of metadata.xml; they show by
    being far more minutes than the meeting had, or than a week has.
    """
    length = _count(text)
    if length is None:
        return None
    longest_ms = (end - start) // _MILLISECOND + _SLACK_MS if start and end else _LONGEST_LENGTH * _MINUTE_MS
    if length * _MINUTE_MS > longest_ms and _SECOND_MS <= length <= longest_ms:
        return length // _MINUTE_MS or None
    return length if length <= _LONGEST_LENGTH else None


def merged(first: Recording, second: Recording) -> Recording:
    """Return one recording of two entries with the same ID.

    Old servers print one entry for each format, and paging may split a
    recording.  What *first* says counts; what one entry leaves unknown of
    state, published and metadata, or in which the two differ, is unknown.
    """
    known = {one.type for one in first.formats}
    added = tuple(one for one in second.formats if one.type not in known)
    metadata = None
    if first.metadata is not None and second.metadata is not None:
        metadata = _united((*second.metadata.items(), *first.metadata.items()))
    return replace(
        first,
        formats=first.formats + added,
        metadata=metadata,
        state=first.state if first.state == second.state else None,
        published=first.published if first.published == second.published else None,
    )


def merged_by_id(recordings: Iterable[Recording]) -> dict[str, Recording]:
    """Return *recordings* by ID, those with the same one merged."""
    found: dict[str, Recording] = {}
    for recording in recordings:
        twin = found.get(recording.record_id)
        found[recording.record_id] = merged(twin, recording) if twin else recording
    return found


def _name(element: etree._Element, text: str | None) -> str | None:
    """Return the name with the text of tags that somebody wrote into it; *text* is what stands before them."""
    for child in element.iterchildren("name"):
        if len(child):
            return "".join(child.itertext())
    return text


def _metadata(element: etree._Element) -> dict[str, str] | None:
    """Return the metadata; None where a key stands there with two values: the one left out may be a hold."""
    found: dict[str, str] = {}
    for metadata in element.iterchildren("metadata"):
        for child in metadata:
            key, value = str(child.tag), child.text or ""
            if len(child):
                value = "".join(child.itertext())
            value = masked(key, value)
            if found.setdefault(key, value) != value:
                return None
    return found


def _united(pairs: Iterable[tuple[str, str]]) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for key, value in pairs:
        if found.setdefault(key, value) != value:
            return None
    return found


def _formats(
    element: etree._Element, protected: bool, start: datetime | None, end: datetime | None
) -> tuple[PlaybackFormat, ...]:
    found: dict[str, PlaybackFormat] = {}
    for playback in element.iterchildren("playback"):
        for child in playback.iterchildren("format"):
            texts = {part.tag: part.text for part in child}
            kind = _stripped(texts.get("type")) or "unknown"
            # A recording that is in two states at once has its formats listed twice.
            if kind not in found:
                url = None if protected else _lasting(_stripped(texts.get("url")))
                length = length_minutes(texts.get("length"), start, end)
                found[kind] = PlaybackFormat(kind, url, length, _count(texts.get("size")))
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
