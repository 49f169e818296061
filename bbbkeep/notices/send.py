"""Send one message through Apprise; knows neither nights nor owners.

An Apprise URL holds passwords, so no URL is in any message, and Apprise
itself is kept from logging.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bbbkeep.errors import FileError
from bbbkeep.settings_values import Secret

Weight = Literal["info", "warning", "failure"]

LONGEST_TITLE, LONGEST_TEXT = 200, 4000


@dataclass(frozen=True, slots=True)
class Message:
    """What is told; the text is plain, in lines, and bounded when it is sent."""

    title: str
    text: str
    weight: Weight = "info"

    @property
    def digest(self) -> str:
        """SHA-256 of what is told."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Delivery:
    """How many of the addresses took a message, and what was wrong with the others."""

    taken: int
    problems: tuple[str, ...] = ()


def send(
    urls: Sequence[Secret], message: Message, what: str = "notices.urls", *, longest: int = LONGEST_TEXT
) -> Delivery:
    """Hand *message* to each of *urls*, once each; *what* names the setting they come from.

    Waits a few seconds at most for each.  What is wrong with one does not keep
    the others from it.
    """
    problems = [_refused(url, message, f"{what}[{number}]", longest) for number, url in enumerate(urls)]
    return Delivery(problems.count(""), tuple(filter(None, problems)))


def shortened(text: str, longest: int = LONGEST_TEXT) -> str:
    """Return *text* within bounds, cut between lines where it can be."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 20]
    kept = cut.rpartition("\n")[0] or cut
    return f"{kept}\nand more"


def _refused(url: Secret, message: Message, where: str, longest: int) -> str:
    """Send to one; return why it was not taken, or an empty text."""
    try:
        address = url.reveal()
    except FileError as missing:
        return str(missing)
    # Apprise and what it sends with name whole URLs in their logs.
    for name in ("apprise", "urllib3.connectionpool"):
        logging.getLogger(name).addFilter(_unlogged)
    import apprise

    asset = apprise.AppriseAsset(app_id="bbbkeep", app_desc="", app_url="", async_mode=False)
    sender = apprise.Apprise(asset=asset)
    if not sender.add(address):
        return f"{where} is no address that Apprise knows"
    taken = sender.notify(
        body=shortened(message.text, longest),
        title=shortened(message.title, LONGEST_TITLE),
        notify_type=apprise.NotifyType(message.weight),
        body_format=apprise.NotifyFormat.TEXT,
    )
    return "" if taken else f"{where} did not take the message; check the address and the service behind it"


def _unlogged(_: logging.LogRecord) -> bool:
    return False
