"""One answer of getRecordings: its recordings as a stream, and what the answer proves."""

from collections.abc import Iterator
from datetime import datetime
from types import TracebackType
from typing import Self

from bbbkeep.api.documents import Envelope, recording_elements
from bbbkeep.api.parse import milliseconds, parse_recording
from bbbkeep.api.transport import Body
from bbbkeep.counted import many
from bbbkeep.model import Recording


class Listing:
    """A whole document, already read to its end tag; iterating turns it into recordings.

    A context manager: it holds a spool.  `seconds` is how long the server
    took; `lenient` says that the document held characters XML forbids, so
    that its metadata count as unknown.
    """

    def __init__(self, body: Body, envelope: Envelope, now: datetime) -> None:
        self._body, self._envelope, self._now_ms = body, envelope, milliseconds(now)
        self.seconds = body.seconds
        self.lenient = envelope.lenient
        self.has_recordings_element = envelope.has_recordings
        self.unidentified = 0
        self.exhausted = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back the spool."""
        self._body.close()

    def __iter__(self) -> Iterator[Recording]:
        """Yield the recordings, from the first one each time."""
        self.unidentified, self.exhausted = 0, False
        for element in recording_elements(self._body, lenient=self.lenient):
            recording = parse_recording(element, now_ms=self._now_ms, lenient=self.lenient)
            if recording is None:
                self.unidentified += 1
            else:
                yield recording
        self.exhausted = True

    @property
    def total(self) -> tuple[int, bool] | None:
        """How many there are, says the server, and whether it counts recordings (else formats); None: it doesn't say."""
        fields = self._envelope.fields
        for name, counts_recordings in (("totalElements", True), ("pagination/totalElements", False)):
            text = fields.get(name, "").strip()
            if text.isascii() and text.isdigit() and len(text) < 10:  # noqa: PLR2004 - no site has a billion
                return int(text), counts_recordings
        return None

    @property
    def because(self) -> str:
        """Why this listing proves nothing about what it leaves out; empty if it does."""
        if not self.has_recordings_element:
            return "the answer holds no <recordings> element"
        if not self.exhausted:
            return "the answer was not read to its end"
        if self.unidentified:
            return f"{many(self.unidentified, 'recording in the answer has', 'recordings in the answer have')} no usable recordID"
        return ""

    @property
    def complete(self) -> bool:
        """Whether all was read, and what is not in it is not there."""
        return not self.because
