"""The real ffmpeg in the caption inbox, with the command of BigBlueButton's rap-caption-inbox.rb."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from bbbkeep.errors import UsageError

_SECONDS = 60


def require_ffmpeg() -> None:
    """Check that there is an ffmpeg to run.

    Raises:
        UsageError: there is none.
    """
    if shutil.which("ffmpeg") is None:
        raise UsageError(
            "there is no ffmpeg on this machine; install it, or leave out --ffmpeg for the built-in rules"
        )


def convert(content: bytes) -> str | None:
    """Convert an uploaded file to WebVTT, None where ffmpeg refuses it.

    The file's name always ends in .txt there, so ffmpeg goes by content.
    """
    with tempfile.TemporaryDirectory(prefix="bbbkeep-standin-") as folder:
        source, target = Path(folder) / "upload-track.txt", Path(folder) / "track.vtt"
        source.write_bytes(content)
        command = ["ffmpeg", "-y", "-v", "warning", "-nostats", "-nostdin", "-i", str(source)]
        done = subprocess.run(  # noqa: S603  # our own arguments, no shell
            [*command, "-map", "0:s", "-f", "webvtt", str(target)],
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
        return target.read_text(encoding="utf-8") if done.returncode == 0 else None
