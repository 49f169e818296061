"""What the local server holds for true: recordings, their formats, their text tracks."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SeedFormat:
    """One playback format; `previews` are the alt texts of its thumbnails."""

    type: str = "presentation"
    length_ms: int = 3_000_000
    processing_ms: int = 41_000
    size: int | None = 104_857_600
    previews: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeedTrack:
    """One text track with its file, as ffmpeg wrote it."""

    kind: str = "captions"
    lang: str = "en"
    label: str = "English"
    source: str = "live"
    webvtt: str = "WEBVTT\n\n00:01.000 --> 00:03.000\nWelcome.\n"


@dataclass(frozen=True, slots=True)
class SeedRecording:
    """One recording.

    `knows_meeting` False: its metadata.xml lacks `<meeting>`, so the server
    prints the record ID where the meeting ID belongs.  `rewritten`: the file
    went through BigBlueButton's pretty printer, which pads and wraps.
    `published` None: as the state says; some servers turn the one without the
    other. `protected`: its URLs carry a token that is good once.
    `has_captions_list` False: no captions folder, as after an import;
    `has_captions_file` False: the folder is there, but no captions.json in it.
    """

    record_id: str
    meeting_id: str = ""
    name: str = ""
    state: str = "published"
    start_ms: int = 0
    end_ms: int = 0
    participants: int = 0
    metadata: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[SeedFormat, ...] = (SeedFormat(),)
    raw_size: int | None = None
    is_breakout: bool = False
    parent_id: str = ""
    sequence: int = 0
    knows_meeting: bool = True
    rewritten: bool = False
    has_captions_list: bool = True
    has_captions_file: bool = True
    tracks: tuple[SeedTrack, ...] = ()
    published: bool | None = None
    protected: bool = False

    @property
    def is_published(self) -> bool:
        """Whether the server says `<published>true`."""
        return self.state == "published" if self.published is None else self.published
