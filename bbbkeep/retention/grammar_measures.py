"""The words over numbers and contents: size, duration, participants, formats, captions, breakout."""

from collections.abc import Callable, Sequence

from bbbkeep.errors import CaptionError
from bbbkeep.retention.conditions import Condition
from bbbkeep.retention.contents import SHARES, BreakoutIs, CaptionsAre, FormatsAre, Share
from bbbkeep.retention.measures import DURATIONS, DurationIs, ParticipantsAre, SizeIs
from bbbkeep.retention.ranges import Range
from bbbkeep.retention.spans import MAX_YEARS, Span, read_span
from bbbkeep.retention.units import BYTES, DURATION, SIZE, read_duration, read_size
from bbbkeep.retention.words import Context, Schema, Word, closed, one_key, one_or_some, text
from bbbkeep.strict_yaml import Value, shown

FORMATS = ("presentation", "video", "podcast", "notes", "screenshare", "statistics")
"""Those that BigBlueButton itself makes; a site may have others."""

MOST_PARTICIPANTS = 1_000_000
NONE, KNOWN_FOR = "none", "known_for"


def known_for(value: Value) -> Span:
    """Read how long an answer about text tracks counts as knowledge: hours, days or weeks."""
    written = value.text()
    span = read_span(written)
    if span is None or span.months:
        raise value.fail(f"{shown(written)} is no span in hours, days or weeks", "write 36h, 30d or 4w")
    return span


def _range(
    value: Value, limits: Sequence[str], limit: Callable[[Value], int], *, beside: Sequence[str] = ()
) -> Range:
    entries = value.only(*limits, *beside).mapping()
    found = {word: limit(entries[word]) for word in limits if word in entries}
    if not found or ("exactly" in found and len(found) > 1):
        raise value.fail(f"needs a limit: {' or '.join(limits)}", "`over` and `under` may stand together")
    if found.get("over", 0) >= found.get("under", float("inf")):
        raise value.fail("nothing is over and under these limits", "write the smaller one after `over`")
    return Range(**found)


def _size(value: Value, _context: Context) -> Condition:
    return SizeIs(_range(value, ("over", "under"), _bytes))


def _bytes(value: Value) -> int:
    written = value.text()
    size = read_size(written)
    if size is None:
        raise value.fail(f"{shown(written)} is no size", f"write 500MB or 1.5GiB, in {', '.join(BYTES)}")
    return size


def _duration(value: Value, _context: Context) -> Condition:
    of = value.get("of") if isinstance(value.plain, dict) else None
    measured = DURATIONS[DURATIONS.index(of.choice(*DURATIONS))] if of else "meeting"
    return DurationIs(_range(value, ("over", "under"), _seconds, beside=("of",)), measured)


def _seconds(value: Value) -> int:
    written = value.text()
    seconds = read_duration(written)
    if seconds is None:
        raise value.fail(f"{shown(written)} is no duration", "write 30s, 90min or 4h")
    return seconds


def _participants(value: Value, _context: Context) -> Condition:
    return ParticipantsAre(
        _range(value, ("over", "under", "exactly"), lambda limit: limit.whole(1, MOST_PARTICIPANTS))
    )


def _formats(value: Value, _context: Context) -> Condition:
    if isinstance(value.plain, str):
        return FormatsAre("has", (_type(value),))
    share, inner = _share(value)
    return FormatsAre(share, _names(inner, _type))


def _type(value: Value) -> str:
    return value.text().strip().lower()


def _captions(value: Value, context: Context) -> Condition:
    if isinstance(value.plain, str):
        return CaptionsAre("has", (_lang(value),), context.known_for)
    age = value.get(KNOWN_FOR)
    known = known_for(age) if age else context.known_for
    nothing = value.get(NONE)
    if nothing is None:
        share, inner = _share(value, NONE, beside=KNOWN_FOR)
        return CaptionsAre(share, _names(inner, _lang), known)
    value.only(NONE, KNOWN_FOR)
    return CaptionsAre("none_of" if nothing.flag() else "any_of", (), known)


def _lang(value: Value) -> str:
    from bbbkeep.captions.language import canonical

    written = value.text()
    try:
        return canonical(written)
    except CaptionError:
        raise value.fail(
            f"{shown(written)} is no language", "use a tag such as en, pt-BR or zh-Hans"
        ) from None


def _share(value: Value, *others: str, beside: str = "") -> tuple[Share, Value]:
    entries = value.only(*SHARES, *others, *filter(None, [beside])).mapping()
    used = [share for share in SHARES if share in entries]
    if len(used) != 1:
        raise value.fail(
            f"needs one of {', '.join((*SHARES, *others))}, not {len(used)}",
            "write {has: x}, or {any_of: [x, y]}",
        )
    return used[0], entries[used[0]]


def _names(value: Value, read: Callable[[Value], str]) -> tuple[str, ...]:
    items = value.items() if isinstance(value.plain, list) else [value]
    if not items:
        raise value.fail("is empty", "name at least one")
    return tuple(sorted({read(item) for item in items}))


def _breakout(value: Value, _context: Context) -> Condition:
    return BreakoutIs(value.flag())


def _limits(limit: Schema, **beside: Schema) -> Schema:
    return closed({"over": limit, "under": limit, **beside}) | {
        "anyOf": [{"required": ["over"]}, {"required": ["under"]}]
    }


def _shares(name: Schema, **beside: Schema) -> Schema:
    return {"anyOf": [name, one_key({share: one_or_some(name) for share in SHARES}, **beside)]}


_COUNT: Schema = {"type": "integer", "minimum": 1, "maximum": MOST_PARTICIPANTS}
_SPAN = text(r"^[1-9][0-9]{0,5} ?(h|d|w)$", described=f"36h, 30d or 4w, at most {MAX_YEARS} years")
KNOWN_FOR_SCHEMA = _SPAN
_FORMAT: Schema = {"anyOf": [{"enum": list(FORMATS)}, text()]}
_CAPTIONS: Schema = {
    "anyOf": [
        *_shares(text(), known_for=_SPAN)["anyOf"],
        closed({NONE: {"type": "boolean"}, KNOWN_FOR: _SPAN}, required=(NONE,)),
    ]
}

MEASURES: dict[str, Word] = {
    "size": Word(
        _size,
        "`{over: 500MB}`, `{under: 2GiB}` or both: all playback formats together (kB, MB, GB, TB count in thousands, "
        "KiB, MiB, GiB, TiB in 1024s); raw data that no format shows does not count",
        "the server tells neither the whole size nor that of each format; where it tells some, they are the least size",
        _limits(text(f"^{SIZE.pattern}$")),
    ),
    "duration": Word(
        _duration,
        "`{over: 4h}`, `{under: 5min}` (also `30s`) or both: from the start of the meeting to its end; "
        "with `of: playback` the length of the longest playback format",
        "start or end is unknown; of playback: a format's length is not told and the others don't decide it, or it is "
        "within a minute of the limit, because servers tell whole minutes",
        _limits(text(f"^{DURATION.pattern}$"), of={"enum": list(DURATIONS)}),
    ),
    "participants": Word(
        _participants,
        "`{over: 2}`, `{under: 2}`, `{exactly: 1}`: how many people took part, as the server counts them",
        "the server tells none, or 0",
        {"anyOf": [_limits(_COUNT), closed({"exactly": _COUNT}, required=("exactly",))]},
    ),
    "formats": Word(
        _formats,
        "`video`, `{has: [video, podcast]}` (all of them), `{any_of: [..]}`, `{none_of: [..]}` or "
        "`{only: presentation}` (no other)",
        "the server lists no format at all, or one without saying which",
        _shares(_FORMAT),
    ),
    "captions": Word(
        _captions,
        "languages of text tracks: `de`, `{has: [de, en]}` (all of them), `{any_of: [..]}`, `{none_of: [..]}`, "
        "`{only: de}` (at least one and no other) or `{none: true}` (no track at all; `false`: some); `de` includes "
        "`de-AT`; beside it `known_for: 14d` may say how old the answer may be",
        "the server was never asked, does not tell, or was asked longer ago than `known_for` (30d unless "
        "`captions: {known_for: ..}` at the top says otherwise); whether plain `de` is `de-AT`",
        _CAPTIONS,
    ),
    "breakout": Word(
        _breakout,
        "`true`: it was a breakout room; `false`: it was none",
        "the server does not tell, as Scalelite",
        {"type": "boolean"},
    ),
}
