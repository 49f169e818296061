"""Read what bbbkeep.yaml keeps elsewhere: secrets, from the environment, files and credentials."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bbbkeep.settings_parts import SecretSource
from bbbkeep.settings_values import Secret
from bbbkeep.strict_yaml import Document, Steps


def beside(path: Path, other: Path | None) -> Path | None:
    """Return *other* as bbbkeep.yaml at *path* means it."""
    return None if other is None else (path.parent / other.expanduser()).absolute()


@dataclass(frozen=True, slots=True)
class SecretReader:
    """Reads the secrets of one bbbkeep.yaml."""

    document: Document
    environ: Mapping[str, str] = field(repr=False)

    def need(self, source: SecretSource, where: Steps, remedy: str) -> str:
        """Return a secret without which no command works.

        Raises:
            ConfigError: it is missing; at the place where bbbkeep.yaml names it.
        """
        text, missing = self._read(source)
        if not text:
            raise self.document.fail(where, missing, remedy)
        return text

    def late(self, source: SecretSource, where: Steps, remedy: str) -> Secret:
        """Return a secret that only some commands need."""
        text, missing = self._read(source)
        return Secret(text) if text else Secret(missing=self.document.fail(where, missing, remedy))

    def file_of(self, source: SecretSource) -> Path | None:
        """Return the file that *source* leads to; None: the environment."""
        if source.file is not None:
            return beside(self.document.path, source.file)
        folder = self.environ.get("CREDENTIALS_DIRECTORY")
        return Path(folder) / source.credential if folder and source.credential else None

    def _read(self, source: SecretSource) -> tuple[str, str]:
        """Return the secret, or an empty one and what is missing."""
        if source.env is not None:
            text = self.environ.get(source.env, "").strip()
            return text, f"the environment variable {source.env} is not set"
        file = self.file_of(source)
        if file is None:
            return "", "CREDENTIALS_DIRECTORY is not set; systemd sets it where LoadCredential= is used"
        try:
            return file.read_text(encoding="utf-8").strip(), f"{file} is empty"
        except (OSError, UnicodeDecodeError):
            return "", f"{file} can't be read"
