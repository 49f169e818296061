"""The night's report as one self-contained HTML page: no script, no address, nothing loaded.

The policy in the page's head (CSP) forbids everything but the page's own
style sheet, which it names by its digest.  All text is escaped by the
template; `readable.shown` cuts and cleans what servers sent.
"""

import base64
import hashlib
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from bbbkeep.reports import night, readable, storage
from bbbkeep.reports.facts import ReportFacts
from bbbkeep.reports.figures import Tally
from bbbkeep.reports.totals import Totals
from bbbkeep.reports.wholefile import whole_file

EXAMPLES = 5
ANOMALIES_LISTED = 40
VANISHED_LISTED = 100
WAITING_LISTED = 50
LONG_TEXT = 600
NOTHING = "\N{EN DASH}"

ANOMALY_WORDS = {
    "missing": "no usable start or end",
    "floor": "dated before 2007",
    "future": "dated in the future",
    "mismatch": "dated more than a day off the record ID",
}


def write_report(facts: ReportFacts, path: Path) -> None:
    """Write the page to *path*, whole or not at all, readable by its owner alone."""
    page = render_report(facts)
    with whole_file(path) as file:
        file.write(page)


def render_report(facts: ReportFacts) -> str:
    """Return the page; however large the site, it lists a bounded number of anything."""
    now, totals = facts.generated_at, facts.totals
    templates = _templates()
    return templates.get_template("report.html.j2").render(
        facts=facts,
        now=now,
        totals=totals,
        style_digest=_digest(templates.get_template("report.css").render()),
        deeds=night.deeds(facts.deeds),
        due=night.due_next(facts.rules, facts.due),
        **_figures(totals, now),
        **_lists(facts),
    )


def _figures(totals: Totals, now: datetime) -> dict[str, Any]:
    age_lines, age_chart = storage.ages(totals)
    return {
        "states": [(state, totals.states[state]) for state in storage.STACK if state in totals.states],
        "months": storage.months(totals, now),
        "age_lines": age_lines,
        "age_chart": age_chart,
        "langs": storage.langs(totals.coverage),
        "hours": int(totals.recorded.total_seconds() // 3600),
    }


def _lists(facts: ReportFacts) -> dict[str, Any]:
    anomalies = [
        (ANOMALY_WORDS.get(kind, kind), number, list(islice(examples, EXAMPLES)))
        for kind, (number, examples) in islice(facts.anomalies.items(), ANOMALIES_LISTED)
    ]
    return {
        "tripped": [guard for guard in facts.guards if guard.tripped],
        "waiting": facts.waiting[:WAITING_LISTED],
        "waiting_left_out": max(0, len(facts.waiting) - WAITING_LISTED),
        "anomalies": anomalies,
        "vanished": facts.vanished[:VANISHED_LISTED],
        "vanished_left_out": max(0, len(facts.vanished) - VANISHED_LISTED),
    }


def known_size(tally: Tally) -> str:
    """Return 1.4 TB, the word unknown where no size is known, and a dash where there is nothing to size."""
    if not tally.count:
        return NOTHING
    return readable.size(tally.size_bytes if tally.sized else None)


def coverage(tally: Tally) -> str:
    """Return for how many of the recordings the size is known, as a share."""
    return readable.share(tally.sized, tally.count) if tally.count else NOTHING


def _long_text(text: str | None) -> str:
    return readable.shown(text, LONG_TEXT)


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("bbbkeep.reports", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,  # the style sheet's digest counts every byte
    )
    templates.filters |= {
        "coverage": coverage,
        "day": readable.day,
        "kept_in_words": night.kept_in_words,
        "known_size": known_size,
        "moment": readable.moment,
        "number": readable.number,
        "sentence": _long_text,
        "share": readable.share,
        "shown": readable.shown,
        "size": readable.size,
        "stamp": readable.stamp,
        "unknown_in_words": night.unknown_in_words,
    }
    return templates
