"""A policy that can't be obeyed exactly as meant is refused before anything is asked of a server."""

import pickle
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bbbkeep.errors import PolicyError
from bbbkeep.retention.load import load_policy, loads_policy
from bbbkeep.retention.policy import GuardLimits

FILE = Path("policy.yaml")
EXAMPLES = sorted((Path(__file__).parents[2] / "data" / "policies").glob("*.yaml"))

WHOLE = """\
mode: act
timezone: Europe/Berlin
hold:
  metadata: keep-me
guards:
  max_deletes: 60
  max_unpublishes: 10
  max_share_percent: 2.5
  reason: end of term
calendar:
  semester: [04-01, 10-01]
  term: [2024-04-08, 2024-10-14, 2025-04-07]
  move: 2025-07-01
owner:
  metadata: owner-mail
captions:
  known_for: 14d
protect:
  - name: archive
    when: {metadata: {key: category, glob: "arch*"}}
    until: 2027-03-31
    reason: the appeal
keep:
  - name: last-two
    newest: 2
    of: meeting
    per: month
    from: end
    when: {name: {regex: "^Lecture"}}
rules:
  - name: old-tests
    action: delete
    when:
      all:
        - state: [published, unpublished]
        - age: {from: end, over: 180d}
        - metadata: {key: category, equals: test}
        - metadata: {key: course, present: false}
        - any:
            - name: {contains: Test}
            - meeting: {in: [a, b]}
        - not:
            metadata: {key: level, in: [x, y]}
        - any:
            - size: {over: 1GB, under: 2GB}
            - duration: {of: playback, under: 5min}
            - participants: {exactly: 1}
            - formats: {none_of: [video]}
            - formats: {any_of: [video]}
            - formats: {only: presentation}
            - captions: {has: de, known_for: 7d}
            - captions: {none: true}
            - breakout: true
            - owner: {contains: "@example.org"}
            - origin: {server: {regex: "moodle"}}
            - age: {from: end, before: start of previous semester}
  - name: drafts
    action: unpublish
    allow_unbounded: drafts are never published
    when:
      name: {glob: "[Draft] *"}
      age: {before: 2024-02-29, from: start}
"""

STATE = "        - state: [published, unpublished]\n"
ONE_RULE = "mode: act\nrules:\n- name: old\n  action: delete\n  when: "


def policy_of(text: str):
    return loads_policy(text, FILE)


def refusal_of(text: str) -> str:
    with pytest.raises(PolicyError) as refusal:
        policy_of(text)
    return str(refusal.value)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_the_example_policies_are_obeyed(example):
    assert load_policy(example).digest


def test_a_policy_is_read_with_all_its_parts():
    policy = policy_of(WHOLE)

    assert (policy.mode, policy.zone, policy.hold_key) == ("act", ZoneInfo("Europe/Berlin"), "keep-me")
    assert policy.guards == GuardLimits(60, 10, 2.5, "end of term")
    assert [protection.name for protection in policy.protections] == ["archive"]
    assert [(rule.name, rule.action) for rule in policy.rules] == [
        ("old-tests", "delete"),
        ("drafts", "unpublish"),
    ]


def test_a_policy_says_itself():
    assert (
        "\n".join(policy_of(WHOLE).sentences())
        == """\
mode act; dates in Europe/Berlin; held by metadata key keep-me
at most 60 deletes, 10 unpublishes and 2.5 % of the recordings in one plan (end of term)
archive: never act on recordings where category looks like arch* through 2027-03-31 (the appeal)
last-two: keep the newest 2 of each meeting in each month where name matches ^Lecture, by when it ended
old-tests: delete recordings where state is published or unpublished and ended over 180d ago and category is test \
and course is absent and (name contains Test or meeting_id is a or b) and not level is x or y \
and (size is over 1 GB and under 2 GB or playback duration is under 5min or number of participants is exactly 1 \
or formats don't have video or formats have video or formats are only presentation \
or captions have de (as asked within 7d) or captions are none (as asked within 14d) or it is a breakout room \
or owner-mail contains @example.org in any letter case or bbb-origin-server-name matches moodle in any letter case \
or ended before the start of previous semester)
drafts: unpublish recordings where name looks like [Draft] * and started before 2024-02-29 (of any age: drafts are never published)"""
    )


def test_what_is_not_written_is_careful():
    policy = policy_of("mode: report\nrules: []")

    assert (policy.zone.key, policy.hold_key, policy.guards) == (
        "UTC",
        "bbbkeep-hold",
        GuardLimits(),
    )
    assert list(policy.sentences())[-1] == "no rules: nothing is deleted or unpublished"


WORDS = ["mode", "timezone", "hold", "metadata", "guards", "max_deletes", "max_unpublishes", "max_share_percent", "reason",
         "protect", "name", "when", "key", "glob", "rules", "action", "all", "state", "age", "from", "over", "equals",
         "present", "any", "contains", "meeting", "in", "not", "allow_unbounded", "before", "regex", "calendar", "owner",
         "captions", "known_for", "until", "keep", "newest", "of", "per", "size", "under", "duration", "participants",
         "exactly", "formats", "none_of", "any_of", "only", "has", "none", "breakout", "origin", "server"]  # fmt: skip


def places_of(word: str) -> list[int]:
    return [
        index
        for index in range(len(WHOLE))
        if WHOLE.startswith(f"{word}:", index) and not WHOLE[index - 1].isalpha()
    ]


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_any_one_misspelt_key_is_refused(data):
    word = data.draw(st.sampled_from(WORDS))
    start = data.draw(st.sampled_from(places_of(word)))
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abexz_-"))
    misspelt = data.draw(
        st.sampled_from([word[:at] + word[at + 1 :], word[:at] + letter + word[at:], word.upper()])
    )
    text = WHOLE[:start] + misspelt + WHOLE[start + len(word) :]

    if misspelt and misspelt != word:
        assert refusal_of(text).startswith("policy.yaml:")


def test_a_misspelt_key_is_named_with_its_place_and_the_nearest_one():
    text = WHOLE.replace("protect:", "protekt:")

    assert refusal_of(text) == "policy.yaml:18:1: unknown key 'protekt'; did you mean protect?"


@pytest.mark.parametrize(
    ("when", "complaint"),
    [
        pytest.param("{}", "is empty", id="an empty condition"),
        pytest.param("", "must be keys and values, not nothing", id="no condition"),
        pytest.param("everything", "must be keys and values, not 'everything'", id="a word"),
        pytest.param("{all: []}", "is empty", id="all of nothing"),
        pytest.param("{any: []}", "is empty", id="any of nothing"),
        pytest.param("{any: [{}]}", "is empty", id="any of something empty"),
        pytest.param("{not: {}}", "is empty", id="not nothing"),
        pytest.param("{state: []}", "is empty", id="no state"),
        pytest.param("{state: archived}", "must be one of published", id="unknown state"),
        pytest.param("{age: 180d}", "must be keys and values", id="an age from nowhere"),
        pytest.param("{age: {over: 180d}}", "from is missing", id="an age without its anchor"),
        pytest.param("{age: {from: end}}", "needs `over` or `before`", id="an age without a length"),
        pytest.param("{age: {from: end, over: 1d, before: 2024-01-01}}", "only one", id="an age with two"),
        pytest.param("{age: {from: end, over: 180}}", "must be text, not 180", id="an age without a unit"),
        pytest.param("{age: {from: end, over: 0d}}", "'0d' is no span", id="an age of nothing"),
        pytest.param("{age: {from: end, over: -1d}}", "'-1d' is no span", id="a negative age"),
        pytest.param("{age: {from: end, over: 180m}}", "'180m' is no span", id="minutes or months"),
        pytest.param("{age: {from: end, over: 101y}}", "at most 100 years", id="more than a century"),
        pytest.param("{age: {from: end, before: 2024-02-30}}", "'2024-02-30' is no date from 2000 on that exists", id="a day that isn't"),
        pytest.param("{age: {from: end, before: 2023-02-29}}", "that exists", id="no leap year"),
        pytest.param("{age: {from: end, before: 20240229}}", "must be text", id="a date without hyphens"),
        pytest.param("{age: {from: modified, over: 1d}}", "must be one of start, end, first_seen", id="unknown anchor"),
        pytest.param("{metadata: {key: category}}", "needs one comparison", id="a key without comparison"),
        pytest.param("{metadata: {category: test, visibility: private}}", "names 2 keys at once", id="two keys in one"),
        pytest.param("{metadata: {kee: category, equals: test}}", "did you mean key?", id="a misspelt key"),
        pytest.param("{metadata: {equals: test}}", "needs a key", id="a comparison without key"),
        pytest.param("{metadata: {key: a, equals: b, glob: c}}", "needs one comparison", id="two comparisons"),
        pytest.param("{metadata: {key: a, equals: b, present: true}}", "needs one comparison, not 2", id="present and equals"),
        pytest.param("{metadata: {key: a, present: 1}}", "must be true or false", id="present is a number"),
        pytest.param("{metadata: {key: a, present: yes}}", "must be true or false", id="present is a yes"),
        pytest.param("{metadata: {key: a, equals: 7}}", "put it in quotes", id="a number as value"),
        pytest.param("{metadata: {key: a, in: []}}", "is empty", id="in nothing"),
        pytest.param("{metadata: {key: 'a b', equals: c}}", "no metadata key", id="a key that no server stores"),
        pytest.param("{metadata: {category: [a]}}", "must be text", id="a list in the short form"),
        pytest.param("{metadata: {key: a, present: 1, equals: b}}", "not 2", id="present and a comparison"),
        pytest.param("{name: {regex: '(a'}}", "can't be searched for: missing ): (a", id="an open bracket"),
        pytest.param("{name: {regex: '(a)\\1'}}", "without lookaround and backreferences", id="a backreference"),
        pytest.param("{name: {regex: '(?=a)b'}}", "without lookaround and backreferences", id="a lookahead"),
        pytest.param("{name: {regex: '(((a{100}){100}){100})'}}", "can't be searched for", id="a regex that explodes"),
        pytest.param("{size: {over: 500}}", "must be text, not 500", id="a size without a unit"),
        pytest.param("{size: {over: 500Mb}}", "'500Mb' is no size; write 500MB", id="megabits"),
        pytest.param("{size: {over: 0MB}}", "is no size", id="a size of nothing"),
        pytest.param("{size: {}}", "needs a limit: over or under", id="a size without limits"),
        pytest.param("{size: {over: 2GB, under: 1GB}}", "nothing is over and under", id="a size that nothing has"),
        pytest.param("{duration: {over: 90m}}", "'90m' is no duration", id="minutes or months, again"),
        pytest.param("{duration: {of: playback}}", "needs a limit", id="a duration of nothing"),
        pytest.param("{duration: {of: format, over: 1h}}", "must be one of meeting, playback", id="duration of what"),
        pytest.param("{participants: {under: 2.5}}", "must be a whole number", id="half a participant"),
        pytest.param("{participants: {exactly: 1, over: 1}}", "needs a limit", id="exactly and over"),
        pytest.param("{formats: []}", "must be keys and values", id="a list of formats"),
        pytest.param("{formats: {has: []}}", "is empty", id="has no formats"),
        pytest.param("{formats: {has: a, only: b}}", "needs one of has", id="two questions in one"),
        pytest.param("{formats: {none: true}}", "did you mean none_of?", id="no formats at all, which is never known"),
        pytest.param("{captions: {has: klingonese}}", "'klingonese' is no language", id="no language"),
        pytest.param("{captions: {none: true, has: de}}", "unknown key 'has'", id="none and some"),
        pytest.param("{captions: {has: de, known_for: 1mo}}", "no span in hours, days or weeks", id="a month's knowledge"),
        pytest.param("{breakout: yes}", "must be true or false", id="a yes"),
        pytest.param("{owner: a@example.org}", "add `owner: {metadata: KEY}`", id="an owner that stands nowhere"),
        pytest.param("{origin: {server: a, equals: b}}", "unknown key 'equals'", id="two origins"),
        pytest.param("{name: {glob: ''}}", "must be text", id="an empty glob"),
    ],
)  # fmt: skip
def test_a_condition_that_is_not_clear_is_refused_at_its_line(when, complaint):
    problem = refusal_of(ONE_RULE + when)

    assert problem.startswith("policy.yaml:5:")
    assert complaint in problem


@pytest.mark.parametrize(
    "when",
    [
        pytest.param("{state: published}", id="no age at all"),
        pytest.param("{not: {age: {from: end, over: 30d}}}", id="younger than"),
        pytest.param(
            "{any: [{age: {from: end, over: 30d}}, {state: published}]}", id="age or something else"
        ),
        pytest.param("{not: {all: [{age: {from: end, over: 9d}}, {state: published}]}}", id="not both"),
        pytest.param("{all: [{not: {age: {from: end, before: 2024-01-01}}}, {name: x}]}", id="after a date"),
    ],
)
def test_a_rule_for_any_age_is_refused_unless_a_reason_is_given(when):
    problem = refusal_of(ONE_RULE + when)

    assert "rule old would delete recordings of any age; add an `age`, or `allow_unbounded:`" in problem
    assert policy_of(ONE_RULE + when + "\n  allow_unbounded: a trial server").rules


@pytest.mark.parametrize(
    "when",
    [
        pytest.param("{age: {from: end, over: 30d}}", id="an age"),
        pytest.param(
            "{all: [{state: published}, {age: {from: start, before: 2020-01-01}}]}", id="an age and more"
        ),
        pytest.param(
            "{any: [{age: {from: end, over: 9d}}, {age: {from: first_seen, over: 2y}}]}", id="two ages"
        ),
        pytest.param("{not: {not: {age: {from: end, over: 9d}}}}", id="not not an age"),
        pytest.param(
            "{not: {any: [{not: {age: {from: end, over: 9d}}}, {name: x}]}}", id="neither young nor x"
        ),
    ],
)
def test_a_rule_that_proves_an_age_needs_no_reason(when):
    assert policy_of(ONE_RULE + when).rules


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("rules: []", "mode is missing", id="no mode"),
        pytest.param("mode: dry-run\nrules: []", "must be one of act, report", id="unknown mode"),
        pytest.param("mode: act", "rules is missing", id="no rules"),
        pytest.param("mode: act\nrules:", "must be a list, not nothing", id="rules of nothing"),
        pytest.param("mode: act\nrules: {}", "must be a list", id="rules in braces"),
        pytest.param("mode: act\ntimezone: Mars/Olympus\nrules: []", "no time zone 'Mars/Olympus'", id="unknown time zone"),
        pytest.param("mode: act\ntimezone: ../../etc/passwd\nrules: []", "no time zone", id="a path as time zone"),
        pytest.param("mode: act\ntimezone: Europe\nrules: []", "no time zone", id="a folder as time zone"),
        pytest.param("mode: act\nhold: {metadata: 'a b'}\nrules: []", "no metadata key", id="hold key"),
        pytest.param("mode: act\nguards: {max_deletes: 51}\nrules: []", "max_deletes looser", id="looser, no reason"),
        pytest.param("mode: act\nguards: {max_share_percent: 6}\nrules: []", "max_share_percent looser", id="larger share"),
        pytest.param("mode: act\nguards: {max_deletes: -1}\nrules: []", "from 0 to", id="negative limit"),
        pytest.param("mode: act\nguards: {max_share_percent: 101, reason: x}\nrules: []", "from 0 to 100", id="over 100 %"),
        pytest.param(WHOLE.replace("name: drafts", "name: old-tests"), "used twice", id="two rules of one name"),
        pytest.param(WHOLE.replace("name: drafts", "name: archive"), "used twice", id="rule named as a protection"),
        pytest.param(WHOLE.replace("action: delete", "action: archive"), "must be one of delete, unpublish", id="action"),
        pytest.param(WHOLE.replace("    action: delete\n", ""), "action is missing", id="no action"),
    ],
)  # fmt: skip
def test_a_policy_that_is_not_clear_is_refused(text, complaint):
    assert complaint in refusal_of(text)


def test_tightening_a_guard_needs_no_reason():
    assert policy_of("mode: act\nguards: {max_deletes: 0}\nrules: []").guards.max_deletes == 0


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("# why\n" + WHOLE.replace("\nrules:", "\n\n# here they are\nrules:"), id="comments"),
        pytest.param(
            WHOLE.replace("from: end, over: 180d", "over: '180d', from: 'end'"), id="order and quotes"
        ),
        pytest.param(WHOLE.replace("{key: category, equals: test}", "{Category: test}"), id="short form"),
        pytest.param(WHOLE.replace("[a, b]", "[b, a]").replace("[x, y]", "[y, x, x]"), id="order of a list"),
        pytest.param(WHOLE.replace("180d", "180 d"), id="a space"),
        pytest.param(
            WHOLE.replace("reason: end of term", "reason: |\n    end of\n    term"), id="a folded reason"
        ),
        pytest.param(
            WHOLE.replace(STATE, "").replace("        - not:", f"{STATE}        - not:"), id="order in all"
        ),
    ],
)
def test_the_digest_stays_the_same_when_the_meaning_does(other):
    assert policy_of(other).digest == policy_of(WHOLE).digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("180d", "181d", id="age"),
        pytest.param("equals: test", "equals: Test", id="value"),
        pytest.param("keep-me", "keep-us", id="hold key"),
        pytest.param("Europe/Berlin", "Europe/London", id="time zone"),
        pytest.param("max_deletes: 60", "max_deletes: 61", id="guard"),
        pytest.param("mode: act", "mode: report", id="mode"),
        pytest.param("any:", "all:", id="any to all"),
        pytest.param("present: false", "present: true", id="present"),
        pytest.param("2024-02-29", "2024-02-28", id="date"),
    ],
)
def test_the_digest_changes_with_the_meaning(old, new):
    assert policy_of(WHOLE.replace(old, new)).digest != policy_of(WHOLE).digest


def test_a_policy_survives_pickling():
    assert pickle.loads(pickle.dumps(policy_of(WHOLE))) == policy_of(WHOLE)  # noqa: S301  # our own bytes


def test_the_order_of_rules_is_part_of_the_meaning():
    rules = "- {name: a, action: delete, when: &}\n- {name: b, action: unpublish, when: &}"
    text = "mode: act\nrules:\n" + rules.replace("&", "{age: {from: end, over: 9d}}")
    swapped = text.replace("delete", "X").replace("unpublish", "delete").replace("X", "unpublish")

    assert policy_of(text).digest != policy_of(swapped).digest
