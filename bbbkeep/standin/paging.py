"""How a kind of server cuts a listing into pages, counts it, or doesn't."""

from bbbkeep.standin.dialect import Cut
from bbbkeep.standin.parameters import Call, integer
from bbbkeep.standin.state import Found

_MAX_LIMIT = 100
_BBBLB_CAP = 1_000
_BBBLB_LAST_OFFSET = 10_000


class OvershootError(ValueError):
    """The offset is beyond the end: subList(from > to) throws, and bbb-web answers 500."""


def not_at_all(found: list[Found], call: Call) -> Cut:  # noqa: ARG001  # the shape of a paging
    """Give everything whatever was asked: BigBlueButton to 2.5, Scalelite, bbb-recording-api."""
    return Cut([one.record_id for one in found])


def by_recording(found: list[Found], call: Call) -> Cut:
    """Cut merged recordings and tell their number in `<totalElements>`: late 2.7, 3.0, 3.1."""
    window = _window(len(found), call)
    if window is None:
        return not_at_all(found, call)
    start, size = window
    shown = [one.record_id for one in found[start : start + size]]
    return Cut(shown, f"\n  <totalElements>{_total(len(found), len(shown), size)}</totalElements>")


def by_format(found: list[Found], call: Call) -> Cut:
    """Cut the list of formats, and merge those of one recording within the page only: 2.6, early 2.7 and 3.0."""
    entries = [(one.record_id, number) for one in found for number in range(one.formats)]
    window = _window(len(entries), call)
    if window is None:
        return not_at_all(found, call)
    start, size = window
    shown = entries[start : start + size]
    formats: dict[str, tuple[int, int]] = {}
    for record_id, number in shown:
        formats[record_id] = (formats.get(record_id, (number, 0))[0], number + 1)
    total = _total(len(entries), len(shown), size)
    return Cut(list(formats), _pagination(start, size, total, empty=not shown), formats)


def within_a_cap(found: list[Found], call: Call) -> Cut:
    """Cut as BBBLB does: never over 1,000, counting nothing, deaf to an offset of 10,000 or more."""
    limit, offset = integer(call.get("limit")) or 0, integer(call.get("offset")) or 0
    start = offset if 0 < offset < _BBBLB_LAST_OFFSET else 0
    size = limit if 0 < limit < _BBBLB_CAP else _BBBLB_CAP
    return Cut([one.record_id for one in found[start : start + size]])


def _window(count: int, call: Call) -> tuple[int, int] | None:
    """Return offset and limit, None where no valid limit asks for a page.

    Raises:
        OvershootError: the offset is greater than *count*.
    """
    limit = integer(call.get("limit"))
    if limit is None:
        return None
    start = max(integer(call.get("offset")) or 0, 0)
    if start > count:
        raise OvershootError
    return start, min(max(limit, 1), _MAX_LIMIT)


def _total(true_total: int, shown: int, size: int) -> int:
    """Count like Spring's PageImpl, made with page offset 0: a short page is taken for all there is."""
    return shown if shown and size > true_total else true_total


def _pagination(offset: int, limit: int, total: int, *, empty: bool) -> str:
    return (
        f"\n  <pagination>\n    <pageable><offset>{offset}</offset><limit>{limit}</limit>"
        f"<paged>true</paged><unpaged>false</unpaged></pageable>\n    <totalElements>{total}</totalElements>"
        f"\n    <empty>{'true' if empty else 'false'}</empty>\n  </pagination>"
    )
