"""The API's calls: which of them read, which change a meeting, which write recordings.  Light and pure."""

from collections.abc import Iterable, Mapping

from bbbkeep.errors import UsageError

MEETING_READS = frozenset({"isMeetingRunning", "getMeetings", "getMeetingInfo"})
MEETING_CHANGES = frozenset({"create", "join", "end", "insertDocument"})

READS = ("index", "getRecordings", "getRecordingTextTracks", *sorted(MEETING_READS))
"""The calls that change nothing; `index` stands for the one without a name, which tells the version."""

PLANNED: Mapping[str, str] = {
    "publishRecordings": "bbbkeep publish or bbbkeep unpublish",
    "deleteRecordings": "bbbkeep retention apply",
    "updateRecordings": "bbbkeep metadata apply",
    "putRecordingTextTrack": "bbbkeep captions upload",
}
"""The calls that write recordings, and the commands that plan them."""

SIGNABLE = (*READS[1:], *sorted(MEETING_CHANGES), *PLANNED)
"""The calls that take a checksum."""

CHANGES = MEETING_CHANGES | frozenset(PLANNED)


def pairs(words: Iterable[str]) -> list[tuple[str, str]]:
    """Read KEY=VALUE words, in their order.

    Raises:
        UsageError: a word without `=` or key, a key twice, or a checksum: it is computed.
    """
    found: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not (key and equals):
            raise UsageError(f"{word[:80]!r}: write KEY=VALUE, as in recordID=...")
        if key == "checksum":
            raise UsageError("the checksum is computed: leave it out")
        if key in found:
            raise UsageError(f"{key} is given twice")
        found[key] = value
    return list(found.items())
