"""Make text from servers harmless in a table that a spreadsheet will open.

Pure.  A spreadsheet runs a cell that begins with one of a few signs as a
formula (OWASP, "CSV Injection"): such a cell gets an apostrophe in front.
"""

import re

from bbbkeep.reports.readable import clean

CELL_LENGTH = 32_000
"""Excel breaks a cell of more than 32,767 characters into pieces that land in other rows."""

_PLAIN = re.compile(r"[0-9A-Za-z](?: ?[0-9A-Za-z.,:_()/-]){0,200}")
_FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")  # the wide signs count where input is East Asian
_UNSEEN = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"
# Where a semicolon separates cells (most of Europe), quotes don't stop it from starting a new one.
_LEAD = re.compile(rf"[\s{_UNSEEN}]*")
_AFTER_SEMICOLON = re.compile(rf"(;[\s\"{_UNSEEN}]*)(?=[=+\-@])")


def neutral(text: str | None) -> str | None:
    """Return *text* as one line that no spreadsheet takes for a formula; None and blank text are None."""
    if text is None or _PLAIN.fullmatch(text):
        return text  # nearly every cell of a large table
    line = _AFTER_SEMICOLON.sub(r"\1'", clean(text, CELL_LENGTH))
    if not line:
        return None
    return f"'{line}" if _starts_formula(text[:CELL_LENGTH]) or _starts_formula(line) else line


def _starts_formula(text: str) -> bool:
    found = _LEAD.match(text)
    lead = found[0] if found else ""
    return "\t" in lead or "\r" in lead or text.startswith(_FORMULA, len(lead))
