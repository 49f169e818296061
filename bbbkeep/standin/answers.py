"""Answers, and those that are no XML: JSON documents and HTML pages. XML is written by `style.py`."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes over the wire.

    `rest` continues `body` for long listings.  `cut` ends the connection
    after that many bytes of the body, -1 before the status line.  It comes
    after `after_seconds`, and `body` in pieces over `drip_seconds`.
    """

    body: bytes
    content_type: str = "text/xml;charset=utf-8"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    rest: Iterator[bytes] | None = None
    cut: int | None = None
    after_seconds: float = 0
    drip_seconds: float = 0
    clock_off_days: int = 0

    def whole(self) -> bytes:
        """Read the body to its end."""
        return self.body + b"".join(self.rest or ())


def compact_json(members: Mapping[str, object]) -> Answer:
    """Answer a caption call."""
    text = json.dumps({"response": members}, separators=(",", ":"), ensure_ascii=False)
    return Answer(text.encode(), "application/json;charset=utf-8")


def pretty_json(members: Mapping[str, object]) -> Answer:
    """Answer a caption call as Grails' own builder does, which refuses the unsigned."""
    text = json.dumps({"response": members}, indent=2, ensure_ascii=False)
    return Answer(text.encode(), "application/json;charset=utf-8")


def failed_json(key: str, message: str) -> Answer:
    """Refuse a caption call."""
    return compact_json({"returncode": "FAILED", "messageKey": key, "message": message})


def page(status: int, title: str, **headers: str) -> Answer:
    """Answer an HTML page, as the web server in front does."""
    text = (
        f"<html>\r\n<head><title>{status} {title}</title></head>\r\n<body>\r\n<center><h1>{status} {title}</h1>"
        "</center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return Answer(
        text.encode(), "text/html", status, {name.replace("_", "-"): value for name, value in headers.items()}
    )


def server_error() -> Answer:
    """Answer what an exception inside bbb-web looks like from outside."""
    return page(500, "Internal Server Error")
