"""How one recording reads in BigBlueButton's answer to getRecordings.

Element order and oddities as in BigBlueButton's RecMetaXmlHelper: length in
whole minutes cut off, a `<breakout>` with "unknown" in it where there is
none, an empty `<data>`.
"""

import textwrap
from dataclasses import replace

from bbbkeep.standin.recording import SeedFormat, SeedRecording
from bbbkeep.standin.style import quoting as escape

_HOST = "https://bbb.example.org"
_PATHS = {
    "presentation": "/playback/presentation/2.3/{}",
    "video": "/playback/video/{}/",
    "podcast": "/podcast/{}/audio.ogg",
    "notes": "/notes/{}/notes.pdf",
    "statistics": "/playback/statistics/{}/",
}
_PRETTY_PRINTER_WIDTH = 80


def recording_xml(recording: SeedRecording) -> str:
    """Write the `<recording>` element as 2.6 and later do."""
    return _element(recording, "\n      <data></data>")


def recording_without_sizes(recording: SeedRecording) -> str:
    """Write the `<recording>` element as 2.2 does: `<size>` and `<data>` came with 2.3 and 2.4."""
    formats = tuple(replace(a_format, size=None) for a_format in recording.formats)
    return _element(replace(recording, formats=formats, raw_size=None), "")


def _element(recording: SeedRecording, data: str) -> str:
    return (
        f"\n    <recording>{_identity(recording)}{_times(recording)}{_metadata(recording)}{_breakout(recording)}"
        f"{_size(recording)}\n      <playback>{_formats(recording)}\n      </playback>{data}\n    </recording>"
    )


def _identity(recording: SeedRecording) -> str:
    internal = (
        f"<internalMeetingID>{recording.record_id}</internalMeetingID>" if recording.knows_meeting else ""
    )
    meeting_id = recording.meeting_id if recording.knows_meeting else recording.record_id
    name = recording.name if recording.knows_meeting else recording.metadata.get("meetingName", "unknown")
    return (
        f"\n      <recordID>{recording.record_id}</recordID>\n      <meetingID>{escape(meeting_id)}</meetingID>"
        f"\n      {internal}<name>{escape(name)}</name>"
        f"\n      <isBreakout>{_word(recording.is_breakout)}</isBreakout>"
        f"\n      <published>{_word(recording.is_published)}</published><state>{recording.state}</state>"
    )


def _times(recording: SeedRecording) -> str:
    raw = "" if recording.raw_size is None else f"<rawSize>{recording.raw_size}</rawSize>"
    return (
        f"\n      <startTime>{recording.start_ms}</startTime><endTime>{recording.end_ms}</endTime>"
        f"\n      <participants>{recording.participants}</participants>{raw}"
    )


def _metadata(recording: SeedRecording) -> str:
    rows = "".join(
        f"\n        <{key}>{escape(_wrapped(value) if recording.rewritten else value)}</{key}>"
        for key, value in recording.metadata.items()
    )
    return f"\n      <metadata>{rows}\n      </metadata>"


def _wrapped(value: str) -> str:
    """Break a long value over lines, as scala.xml.PrettyPrinter does when a file is saved."""
    if len(value) <= _PRETTY_PRINTER_WIDTH:
        return value
    lines = textwrap.wrap(value, _PRETTY_PRINTER_WIDTH, break_long_words=False, break_on_hyphens=False)
    return "\n          ".join(lines)


def _breakout(recording: SeedRecording) -> str:
    parent = escape(recording.parent_id) if recording.is_breakout else "unknown"
    return (
        f"\n      <breakout><parentId>{parent}</parentId><sequence>{recording.sequence}</sequence>"
        "<freeJoin>false</freeJoin></breakout>"
    )


def _size(recording: SeedRecording) -> str:
    sizes = [a_format.size for a_format in recording.formats if a_format.size is not None]
    return f"\n      <size>{sum(sizes)}</size>" if sizes else ""


def _formats(recording: SeedRecording) -> str:
    return "".join(_format(recording, a_format) for a_format in recording.formats)


def _format(recording: SeedRecording, a_format: SeedFormat) -> str:
    path = _PATHS.get(a_format.type, "/playback/" + escape(a_format.type) + "/{}").format(recording.record_id)
    pad = "\n            " if recording.rewritten else ""
    size = "" if a_format.size is None else f"<size>{a_format.size}</size>"
    return (
        f"\n        <format>\n          <type>{escape(a_format.type)}</type><url>{pad}{_HOST}{path}{pad}</url>"
        f"\n          <processingTime>{a_format.processing_ms}</processingTime>"
        f"<length>{a_format.length_ms // 60_000}</length>{size}{_preview(recording, a_format)}"
        "\n        </format>"
    )


def _preview(recording: SeedRecording, a_format: SeedFormat) -> str:
    if not a_format.previews:
        return ""
    folder = f"{_HOST}/presentation/{recording.record_id}/presentation/thumbnails"
    images = "".join(
        f'\n            <image alt="{escape(alt)}" height="136" width="176">{folder}/thumb-{number}.png</image>'
        for number, alt in enumerate(a_format.previews, start=1)
    )
    return f"\n          <preview><images>{images}\n          </images></preview>"


def _word(claim: bool) -> str:
    return "true" if claim else "false"
