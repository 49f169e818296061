"""A proof of what was deleted: complete, without anybody's data, and no line of it can be changed unseen."""

import json
from pathlib import Path

import pytest
from operations.keeping import (
    DELETE_AFTER_A_YEAR,
    SECRET,
    a_recording,
    a_site,
    an_id,
    apply_retention,
    approved,
    plan_retention,
    sweep,
    with_policy,
)

from bbbkeep.errors import UsageError
from bbbkeep.ledger import before_images
from bbbkeep.ledger.deletions import Deletion
from bbbkeep.operations.auditing import noted_head, verified
from bbbkeep.operations.deletion_proof import Proof, compare, proof_lines
from bbbkeep.retention.load import load_policy
from bbbkeep.standin.server import LocalServer

OLD = 400
NAME = "sentinel-name-of-a-person"


@pytest.fixture
def site(site, server):
    """A site that deleted recordings 1 to 3 by its policy."""
    server.state.add(*(a_recording(number, days_old=OLD, name=NAME) for number in (1, 2, 3)))
    server.state.add(a_recording(4))
    site = with_policy(site, DELETE_AFTER_A_YEAR)
    sweep(site)
    apply_retention(site, approved(site))
    return site


def a_proof(site, since=None) -> Proof:
    return Proof(site, noted_head(verified(site, None)["head"]), since)


@pytest.fixture
def written(site, tmp_path) -> Path:
    path = tmp_path / "deletions.jsonl"
    path.write_text("".join(f"{line}\n" for line in proof_lines(a_proof(site))))
    return path


def problems(site, path: Path) -> list[tuple[int | None, str]]:
    return [(one["line"], one["problem"].split(":")[0]) for one in compare(site, path).problems]


def rewritten(path: Path, *lines: str) -> Path:
    path.write_text("".join(f"{line}\n" for line in lines))
    return path


def edited(line: str, **changes) -> str:
    return json.dumps({**json.loads(line), **changes})


def test_it_names_each_deletion_with_its_rule_and_policy(site):
    digest = load_policy(site.server.policy).digest

    told = list(a_proof(site).lines())

    assert [one["record_id"] for one in told] == [an_id(number, OLD) for number in (1, 2, 3)]
    assert {(one["rule"], one["policy_digest"], one["server"]) for one in told} == {("old", digest, site.key)}


def test_it_is_the_same_once_plan_archive_and_before_images_are_gone(site, written, clock):
    before = written.read_text()
    for path in site.plans_dir.iterdir():
        path.unlink()
    clock.advance(1)
    with site.ledger.write() as conn:
        assert before_images.erase_before(conn, clock.now())

    assert "".join(f"{line}\n" for line in proof_lines(a_proof(site))) == before


def test_it_holds_nobodys_data(written):
    assert NAME not in written.read_text()
    assert "Algebra" not in written.read_text()


def test_a_proof_that_was_just_written_holds(site, written):
    found = compare(site, written)

    assert (found.lines, found.problems) == (3, [])


def test_it_still_holds_when_the_chain_went_on(site, written, server):
    server.state.add(a_recording(5, days_old=OLD))
    sweep(site)
    apply_retention(site, plan_retention(site)[0])

    assert len(list(a_proof(site).lines())) == 4
    assert compare(site, written).problems == []


def test_of_a_later_day_it_holds_what_was_deleted_since(site, written, clock):
    lines = list(proof_lines(a_proof(site, clock.now().replace(year=2100))))

    assert len(lines) == 1
    assert compare(site, rewritten(written, *lines)).problems == []


@pytest.mark.parametrize("name", sorted(Deletion.__dataclass_fields__.keys() - {"outcome_seq"}))
def test_any_edited_value_is_named_with_its_line(site, written, name):
    first, second, *rest = written.read_text().splitlines()

    assert problems(site, rewritten(written, first, edited(second, **{name: "else"}), *rest)) == [
        (2, "edited")
    ]


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_missing_line_is_named(site, written, missing):
    lines = written.read_text().splitlines()
    gone = json.loads(lines.pop(missing))["record_id"]

    found = compare(site, rewritten(written, *lines)).problems

    assert [one["record_id"] for one in found if one["problem"].startswith("missing")] == [gone]
    assert [one["line"] for one in found if one["problem"].startswith("it counts 3")] == [3]


def test_a_missing_line_is_named_though_the_count_was_made_to_fit(site, written):
    _, second, third, last = written.read_text().splitlines()

    assert problems(site, rewritten(written, second, third, edited(last, count=2))) == [(None, "missing")]


def test_a_file_that_was_cut_says_so(site, written):
    lines = written.read_text().splitlines()

    assert problems(site, rewritten(written, *lines[:2])) == [(None, "cut")]


def test_foreign_repeated_and_garbled_lines_are_named(site, written):
    first, second, third, last = written.read_text().splitlines()
    foreign = edited(first, outcome_seq=10**30, record_id=an_id(9))

    found = problems(site, rewritten(written, first, first, second, third, foreign, "{", last, third))

    assert sorted(found, key=lambda one: one[0] or 0)[:3] == [(2, "repeated"), (5, "foreign"), (6, "edited")]
    assert (8, "foreign") in found


@pytest.mark.parametrize(
    "changes",
    [{"head": "1:" + "0" * 64}, {"head": "0"}, {"head": 7}, {"head": f"{10**30}:ff"}, {"since": "soon"}, {"count": 4}, {"server": "https://else.example/api"}],
)  # fmt: skip
def test_an_edited_last_line_is_named(site, written, changes):
    *lines, last = written.read_text().splitlines()

    assert 4 in [line for line, _ in problems(site, rewritten(written, *lines, edited(last, **changes)))]


def test_a_proof_of_another_server_does_not_hold(written, clock, tmp_path):
    with LocalServer(secret=SECRET, clock=clock) as other, a_site(other, clock, tmp_path / "other") as site:
        found = problems(site, written)

    assert (4, "foreign") in found
    assert {line for line, problem in found if problem == "foreign"} == {1, 2, 3, 4}


def test_a_file_that_is_not_there_is_wrong_usage(site, tmp_path):
    with pytest.raises(UsageError, match="can't be read"):
        compare(site, tmp_path / "nothing")
