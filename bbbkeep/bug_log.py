"""Keep the traceback of a bug where its reader will look, without a secret or a signed URL in it."""

import re
import traceback
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import quote, quote_plus

SIGNED = re.compile(r"(checksum=)[^\s&'\"]+|(/textTrack/)[^\s/'\"]+", re.IGNORECASE)


def keep_traceback(error: BaseException, state_dir: Path | None, secrets: Collection[str]) -> str:
    """Write the traceback of *error* to a file that its owner alone may read, and return where it is.

    That is in the state folder, or where temporary files lie.
    """
    text = without_secrets("".join(traceback.format_exception(error)), secrets)
    for folder in (state_dir / "bugs" if state_dir else None, None):
        with suppress(OSError):
            return _written(text, folder)
    return "no file: neither the state folder nor that for temporary files can be written to"


def _written(text: str, folder: Path | None) -> str:
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with NamedTemporaryFile(
        "w", dir=folder, prefix="bug-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.write(text)
    return log.name


def without_secrets(text: str, secrets: Collection[str]) -> str:
    """Return *text* without checksums, text tracks' tokens and *secrets*, also as a URL spells them."""
    spellings = {
        spell for one in secrets for spell in (one, quote(one), quote(one, safe=""), quote_plus(one))
    }
    for spelling in sorted(spellings | {repr(one)[1:-1] for one in secrets}, key=len, reverse=True):
        text = text.replace(spelling, "***")
    return SIGNED.sub(r"\1\2***", text)
