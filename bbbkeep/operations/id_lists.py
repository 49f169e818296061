"""Read a list of record IDs that a person or a script wrote: one a line."""

from pathlib import Path

from bbbkeep.errors import FileError

MAX_BYTES = 64 * 1024**2


def read_ids(path: Path) -> list[str]:
    """Return the record IDs in the file at *path*, in its order, each once.

    Blank lines and what follows `#` are left out.  Whether an ID is whole is
    for the caller to say: one bad line must not hide the others.

    Raises:
        FileError: it can't be read, is no UTF-8, is too large, or names nothing.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
        text = raw.decode("utf-8-sig")
    except OSError as error:
        raise FileError(
            path, f"can't be read: {error.strerror}", "check the name and its permissions"
        ) from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FileError(path, "is not UTF-8", "save it as plain text", line) from None
    if len(raw) > MAX_BYTES:
        raise FileError(path, f"is larger than {MAX_BYTES:,} bytes", "a list of IDs has one in each line")
    found = dict.fromkeys(line.partition("#")[0].strip() for line in text.splitlines())
    found.pop("", None)
    if not found:
        raise FileError(path, "names no recording", "write one record ID in each line")
    return list(found)
