"""How one recording reads in the answers of Scalelite, bbb-recording-api and BBBLB, element by element."""

from collections.abc import Iterable

from bbbkeep.standin.recording import SeedFormat, SeedRecording
from bbbkeep.standin.style import BBBLB, RECORDING_API, SCALELITE, Element, Markup

FRESH = "\N{INFORMATION SEPARATOR FOUR}token\N{INFORMATION SEPARATOR FOUR}"
"""Stands in a stored document where each listing puts a fresh one-time token."""

_HOST = "https://cluster.example.org"
_PLAIN = {
    "presentation": "/playback/presentation/2.3/{}",
    "podcast": "/podcast/{}/audio.ogg",
    "notes": "/notes/{}/notes.pdf",
}
_DEPTH = 2


def scalelite_xml(recording: SeedRecording) -> str:
    """Write what Scalelite's get_recordings.xml.builder does: lengths rounded, no sizes, formats by name."""
    formats = sorted(recording.formats, key=lambda one: one.type)
    elements = (
        *_identity(recording),
        _published(recording),
        *((Element("protected", "true"),) if recording.protected else ()),
        *_times(recording),
        Element("metadata", _rows(recording, empty=Markup("<![CDATA[]]>"))),
        Element("playback", tuple(_scalelite_format(recording, one) for one in formats)),
    )
    return SCALELITE.write(Element("recording", elements), _DEPTH)


def _scalelite_format(recording: SeedRecording, a_format: SeedFormat) -> Element:
    path = f"/recording/{recording.record_id}/{a_format.type}?token={FRESH}"
    return Element(
        "format",
        (
            Element("type", a_format.type),
            Element("url", _HOST + path if recording.protected else _url(recording, a_format)),
            Element("length", str((a_format.length_ms + 30_000) // 60_000)),
            *(() if recording.protected else _preview(recording, a_format)),
        ),
    )


def recording_api_xml(recording: SeedRecording) -> str:
    """Write what bbb-recording-api does: the length in milliseconds, metadata sorted, no sizes."""
    rows = sorted(_rows(recording, empty=Markup("<![CDATA[]]>")))
    elements = (
        *_identity(recording),
        _published(recording),
        *_times(recording),
        Element("metadata", tuple(rows)),
        Element("playback", tuple(_recording_api_format(recording, one) for one in recording.formats)),
    )
    return RECORDING_API.write(Element("recording", elements), _DEPTH)


def _recording_api_format(recording: SeedRecording, a_format: SeedFormat) -> Element:
    return Element(
        "format",
        (
            Element("type", a_format.type),
            Element("url", _url(recording, a_format)),
            Element("length", str(a_format.length_ms)),
            Element("processingTime", str(a_format.processing_ms)),
            *_preview(recording, a_format),
        ),
    )


def bbblb_xml(recording: SeedRecording) -> str:
    """Write what BBBLB does: lengths cut off, sizes in bytes."""
    elements = (
        *_identity(recording),
        Element("isBreakout", _word(recording.is_breakout)),
        _published(recording),
        *_times(recording),
        Element("metadata", _rows(recording, empty="")),
        *((Element("protected", "true"),) if recording.protected else ()),
        Element("playback", tuple(_bbblb_format(recording, one) for one in recording.formats)),
    )
    return BBBLB.write(Element("recording", elements), _DEPTH)


def _bbblb_format(recording: SeedRecording, a_format: SeedFormat) -> Element:
    url = _url(recording, a_format)
    ticket = f"/bbblb/api/v1/recording/ticket/{FRESH}/playback/{a_format.type}/{recording.record_id}"
    return Element(
        "format",
        (
            Element("type", a_format.type),
            Element("url", _HOST + ticket if recording.protected else url),
            Element("processingTime", str(a_format.processing_ms)),
            Element("length", str(a_format.length_ms // 60_000)),
            *(() if a_format.size is None else (Element("size", str(a_format.size)),)),
            *_preview(recording, a_format),
        ),
    )


def _identity(recording: SeedRecording) -> tuple[Element, ...]:
    """Write the IDs and the name; the record ID stands for the internal meeting ID always."""
    return (
        Element("recordID", recording.record_id),
        Element("meetingID", recording.meeting_id),
        Element("internalMeetingID", recording.record_id),
        Element("name", recording.name),
    )


def _published(recording: SeedRecording) -> Element:
    return Element("published", _word(recording.is_published))


def _times(recording: SeedRecording) -> tuple[Element, ...]:
    return (
        Element("state", recording.state),
        Element("startTime", str(recording.start_ms)),
        Element("endTime", str(recording.end_ms)),
        Element("participants", str(recording.participants)),
    )


def _rows(recording: SeedRecording, empty: str) -> tuple[Element, ...]:
    return tuple(Element(key, value or empty) for key, value in recording.metadata.items())


def _url(recording: SeedRecording, a_format: SeedFormat) -> str:
    return _HOST + _PLAIN.get(a_format.type, "/" + a_format.type + "/{}/").format(recording.record_id)


def _preview(recording: SeedRecording, a_format: SeedFormat) -> Iterable[Element]:
    folder = f"{_HOST}/presentation/{recording.record_id}/presentation/thumbnails"
    images = tuple(
        Element("image", f"{folder}/thumb-{number}.png", {"alt": alt, "height": "136", "width": "176"})
        for number, alt in enumerate(a_format.previews, start=1)
    )
    return (Element("preview", (Element("images", images),)),) if images else ()


def _word(claim: bool) -> str:
    return "true" if claim else "false"
