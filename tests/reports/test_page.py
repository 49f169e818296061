"""Promises of bbbkeep.reports.page: one page that loads nothing, believes no name, and says what is unknown.

`BBBKEEP_WRITE_GOLDEN=1` rewrites data/small-report.html, which is then read and committed by a person.
"""

import base64
import hashlib
import os
import re
import stat
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from reports.a_site import (
    NOW,
    TOKEN_URL,
    a_busy_night,
    a_deed,
    a_due,
    a_record_id,
    a_row,
    a_rule,
    a_vanished,
    facts,
    with_langs,
)

from bbbkeep.reports.facts import GuardFact, ReportFacts, SweepFact
from bbbkeep.reports.page import render_report, write_report

GOLDEN = Path(__file__).parent / "data" / "small-report.html"
HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7*7 }}\x00\u202e' + "🎓" * 5_000_000
VOID = {"meta"}


class Outline(HTMLParser):
    """What a browser would build: tags with their attributes, and the words between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags, self.words, self.open, self.unclosed = [], [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.unclosed.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split()).replace(" .", ".")


def text_of(night: ReportFacts) -> str:
    return Outline(render_report(night)).text


def a_hostile_night() -> ReportFacts:
    row = a_row(number=1, name=HOSTILE, state=HOSTILE, meeting_id=HOSTILE, metadata={"bbb-origin": HOSTILE})
    return facts(
        [with_langs(row, HOSTILE)],
        server=HOSTILE,
        profile=HOSTILE,
        version=HOSTILE,
        mode=HOSTILE,
        waiting=[HOSTILE],
        sweep=SweepFact(None, None, complete=False, because=HOSTILE),
        deeds=[
            a_deed(
                1, "failed", name=HOSTILE, because=HOSTILE, rule=HOSTILE, action=HOSTILE, record_id=HOSTILE
            )
        ],
        rules=[a_rule(HOSTILE, action=HOSTILE, doubtful=1, unknown={HOSTILE: 1})],
        due=[a_due(1, name=HOSTILE, rule=HOSTILE, action=HOSTILE)],
        guards=[GuardFact(HOSTILE, HOSTILE, HOSTILE, tripped=True)],
        anomalies={HOSTILE: (1, [HOSTILE])},
        vanished=[a_vanished(1, name=HOSTILE, state=HOSTILE)],
    )


@pytest.mark.parametrize(
    "night",
    [
        pytest.param(facts(), id="empty site"),
        pytest.param(facts([a_row()]), id="one recording"),
        pytest.param(a_busy_night(300), id="busy night"),
        pytest.param(a_hostile_night(), id="hostile names"),
    ],
)
def test_the_page_loads_nothing_and_runs_nothing(night: ReportFacts) -> None:
    outline = Outline(render_report(night))

    names = {name for _, attributes in outline.tags for name in attributes}
    assert not {tag for tag, _ in outline.tags} & {
        "script",
        "img",
        "link",
        "a",
        "iframe",
        "object",
        "base",
        "form",
        "use",
    }
    assert not names & {"src", "href", "xlink:href", "style", "srcset", "action"}
    assert not [name for name in names if name.startswith("on")]
    assert (outline.unclosed, outline.open) == ([], [])


def test_the_content_policy_allows_only_the_pages_own_style() -> None:
    page = render_report(facts([a_row()]))

    [(_, policy)] = [tag for tag in Outline(page).tags if "http-equiv" in tag[1]]
    style = page.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy["content"] == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style
    assert "@import" not in style


def test_hostile_names_are_short_words_on_the_page() -> None:
    page = render_report(a_hostile_night())

    assert len(page) < 100_000
    assert "\x00" not in page
    assert "\u202e" not in page
    assert "49" not in Outline(page).text.partition("alert(1)>")[2][:12]


def test_every_id_is_there_once_and_every_reference_finds_one() -> None:
    tags = Outline(render_report(a_busy_night(300))).tags

    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    wanted = [name for _, attributes in tags for name in attributes.get("aria-labelledby", "").split()]
    assert len(ids) == len(set(ids))
    assert set(wanted) == set(ids)


def test_every_chart_has_a_title_a_description_and_a_table() -> None:
    outline = Outline(render_report(a_busy_night(300)))

    names = [tag for tag, _ in outline.tags]
    drawings = [
        attributes for tag, attributes in outline.tags if tag == "svg" and attributes.get("role") == "img"
    ]
    assert len(drawings) == names.count("desc") == names.count("details") == 4


def test_no_playback_address_or_token_is_on_the_page() -> None:
    page = render_report(facts([a_row()], waiting=[f"see {TOKEN_URL}"], deeds=[a_deed(because=TOKEN_URL)]))

    assert "0f1e2d3c" not in page
    assert "token=(hidden)" in page


def test_unknown_sizes_are_said_to_be_unknown() -> None:
    text = text_of(facts([a_row(size_bytes=None)]))

    assert "Storage unknown sizes known for 0 %" in text
    assert "0 B" not in text


def test_the_share_of_known_sizes_stands_beside_their_sum() -> None:
    text = text_of(facts([a_row(size_bytes=1_400_000_000_000), a_row(size_bytes=None)]))

    assert "Storage 1.4 TB sizes known for 50 %" in text


def test_an_empty_site_is_called_empty_and_not_unknown() -> None:
    text = text_of(facts())

    assert "The inventory holds no recordings." in text
    assert "Nothing was done tonight." in text
    assert "unknown" not in text.partition("Sizes are in powers")[0]


def test_an_incomplete_sweep_says_so_and_why() -> None:
    sweep = SweepFact(NOW - timedelta(hours=1), NOW, complete=False, because="slice 4f answered 503.")

    text = text_of(facts(sweep=sweep))

    assert "Sweep incomplete" in text
    assert "slice 4f answered 503. Nothing that depends on a complete sweep was done." in text


def test_what_waits_for_the_administrator_comes_before_everything_else() -> None:
    text = text_of(facts([a_row()], waiting=["plan r-1 waits: bbbkeep retention approve r-1"]))

    assert text.index("bbbkeep retention approve r-1") < text.index("Done tonight")


def test_a_tripped_guard_says_what_it_counted() -> None:
    text = text_of(facts(guards=[GuardFact("gone overnight", 50, 1812, tripped=True)]))

    assert "gone overnight: 1,812, the limit is 50" in text


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param({"guards": [GuardFact("gone overnight", 50, 1812, tripped=True)]}, id="a guard"),
        pytest.param({"deeds": [a_deed(1, outcome="failed")]}, id="a failed deed"),
        pytest.param({"sweep": SweepFact(NOW, NOW, complete=False)}, id="half a listing"),
    ],
)
def test_a_night_in_trouble_does_not_say_that_nothing_waits(trouble) -> None:
    assert "Nothing is waiting for you." in text_of(facts())
    assert "Nothing is waiting for you." not in text_of(facts(**trouble))


def test_what_is_left_out_is_counted() -> None:
    text = text_of(
        facts(
            deeds=[a_deed(number) for number in range(1300)],
            rules=[a_rule(due=(0, 1200, 1200, 1200))],
            due=[a_due(number) for number in range(300)],
        )
    )

    assert "and 1,100 more" in text
    assert text.count("older than 730 days") == 200


def test_a_forgotten_name_leaves_the_record_id() -> None:
    text = text_of(facts(vanished=[a_vanished(5, name=None)]))

    assert f"name unknown {a_record_id(5)}" in text


def test_the_page_is_written_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write_report(facts(), path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_small_page_is_the_one_that_was_looked_at() -> None:
    night = facts(
        [
            with_langs(a_row(number=1), "de", asked_at=NOW - timedelta(days=1)),
            a_row(number=2, days_old=40, state="unpublished", size_bytes=None),
        ],
        deeds=[a_deed(1), a_deed(2, "failed", because="deleteRecordings: 503, then still listed")],
        rules=[
            a_rule(due=(1, 1, 2, 4), held=1, waiting=1),
            a_rule("drafts", (0, 0, 0, 0), doubtful=2, unknown={"end": 2}),
        ],
        due=[a_due(3, days=-1), a_due(4, days=20, size_bytes=None)],
        anomalies={"missing": (1, ["Lecture 9"])},
    )

    body = re.sub(r"(?s).*?<body>", "<body>", render_report(night), count=1)

    if os.environ.get("BBBKEEP_WRITE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        GOLDEN.write_text(body, encoding="utf-8")
    assert body == GOLDEN.read_text(encoding="utf-8")
