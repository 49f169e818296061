"""What a kind of server makes of the `meta_` parameters of getRecordings."""

from collections.abc import Mapping


class EmptyFilterError(ValueError):
    """An empty meta filter met a recording that has the key: charAt(0) of "" throws."""


class BrokenFilterError(ValueError):
    """BBBLB's meta filters call a method that SQLAlchemy took away: each ends in an internal error."""


def every(metadata: Mapping[str, str], filters: Mapping[str, str]) -> bool:
    """Ask for all of them, with `%` as a wildcard, as BigBlueButton does."""
    return all(key in metadata and _alike(metadata[key], wanted) for key, wanted in filters.items())


def _alike(value: str, wanted: str) -> bool:
    if not wanted:
        raise EmptyFilterError
    if wanted.startswith("%") and wanted.endswith("%"):
        return wanted.strip("%") in value
    if wanted.startswith("%"):
        return value.endswith(wanted[1:])
    return value.startswith(wanted[:-1]) if wanted.endswith("%") else value == wanted


def any_of_lists(metadata: Mapping[str, str], filters: Mapping[str, str]) -> bool:
    """Ask for one of them, each being a list of values, as Scalelite does."""
    return any(metadata.get(key) in wanted.split(",") for key, wanted in filters.items())


def broken(metadata: Mapping[str, str], filters: Mapping[str, str]) -> bool:  # noqa: ARG001  # the shape of a filter
    """Fail, as BBBLB does.

    Raises:
        BrokenFilterError: always.
    """
    raise BrokenFilterError
