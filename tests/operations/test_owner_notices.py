"""What owners hear: one digest a stage, once, and nothing goes that they did not hear of in time."""

import json
from dataclasses import replace
from urllib.parse import unquote

import pytest
from api.scripted import Reply, ScriptedServer
from notices.listening import PASSWORD, notice_url, takes, told
from operations.keeping import (
    DELETE_AFTER_A_YEAR,
    a_recording,
    an_id,
    apply_retention,
    approved,
    plan_retention,
    sweep,
    turn,
    with_policy,
)

from bbbkeep.errors import ConfigError
from bbbkeep.ledger import notices
from bbbkeep.model import Recording
from bbbkeep.operations.owner_notices import Told, due_messages, tell_owners
from bbbkeep.operations.retention import hold_check, policy_of
from bbbkeep.settings_values import NoticeSettings, OwnerSettings, Secret

ADA, BOB = "ada@example.org", "bob@example.org"


@pytest.fixture
def listener():
    server = ScriptedServer()
    takes(server)
    yield server
    server.close()


def owned(number: int, owner: str, days_old: float = 400, **facts: object):
    metadata = {"owner": owner} | facts.pop("metadata", {})
    return a_recording(number, days_old=days_old, metadata=metadata, **facts)


@pytest.fixture
def site(site, listener):
    url = Secret(f"json://user:{PASSWORD}@127.0.0.1:{listener.port}/{{address}}")
    owners = OwnerSettings("owner", url)
    settings = replace(site.settings, owners=owners, notices=NoticeSettings((notice_url(listener),)))
    return with_policy(replace(site, settings=settings), DELETE_AFTER_A_YEAR)


@pytest.fixture
def listed(site, server):
    """Ada has two overdue recordings, Bob one that is due in 20 days."""
    server.state.add(owned(1, ADA), owned(2, ADA), owned(3, BOB, days_old=345))
    sweep(site)
    approved(site)
    return site


def with_owners(site, **changes: object):
    return replace(site, settings=replace(site.settings, owners=replace(site.settings.owners, **changes)))


def tell(site) -> Told:
    return tell_owners(site, policy_of(site), now=site.clock.now())


def messages(site):
    return due_messages(site, policy_of(site), now=site.clock.now())


def whom(listener: ScriptedServer) -> list[str]:
    return [unquote(one.target.rpartition("/")[2]) for one in listener.requests]


def due(site) -> list[str]:
    return [item.record_id for item in plan_retention(site)[1].items]


def test_each_owner_gets_one_digest_that_names_all_that_goes(listed, listener):
    assert tell(listed).sent == 2

    assert whom(listener) == [ADA, BOB]
    first, second = (one["message"] for one in told(listener))
    assert an_id(1, 400) in first
    assert an_id(2, 400) in first
    assert "Algebra 1" in first
    assert "delete by rule old" in first
    assert "bbbkeep-hold" in first
    assert an_id(3, 345) in second


def test_twice_in_one_day_is_told_once(listed, listener):
    assert [tell(listed).sent for _ in range(2)] == [2, 0]
    assert len(listener.requests) == 2


def test_what_was_found_overdue_waits_for_the_last_stage(listed, clock):
    before = due(listed)
    tell(listed)
    same_day = due(listed)
    turn(clock, days=1)

    assert before == same_day == []
    assert due(listed) == [an_id(1, 400), an_id(2, 400)]


def test_what_owners_were_told_of_goes_in_the_end(listed, server, clock):
    tell(listed)
    turn(clock, days=1)
    sweep(listed)
    apply_retention(listed, plan_retention(listed)[0])

    assert server.state.record_ids(["published", "unpublished"]) == [an_id(3, 345)]


def test_each_stage_is_told_once_as_its_day_comes(listed, listener, clock):
    for days in (0, 12, 1, 1, 5, 1):  # 20, 8, 7, 6, 1 and 0 days are left
        turn(clock, days=days)
        tell(listed)

    assert whom(listener).count(BOB) == 3


def test_a_mail_server_that_is_down_keeps_all_and_is_asked_again(listed, listener, clock):
    takes(listener, status=500)
    first = tell(listed)
    turn(clock, days=2)
    assert due(listed) == []
    takes(listener)

    assert first.sent == 0
    assert len(first.problems) == 2
    assert PASSWORD not in str(first)
    assert ADA not in str(first)
    assert tell(listed).sent == 2


def test_a_bounced_owner_keeps_nobody_else_from_being_told(listed, listener, clock):
    listener.route = lambda request: Reply(b"{}", status=500 if "ada" in request.target else 200)

    result = tell(listed)

    assert (result.sent, len(result.problems)) == (1, 1)
    turn(clock, days=1)
    assert due(listed) == []


def test_recordings_without_owner_are_kept_and_told_to_administrators_once(site, server, listener):
    server.state.add(a_recording(1, days_old=400))
    sweep(site)
    approved(site)
    tell(site)
    tell(site)

    [message] = told(listener)
    assert "1 recording without an owner who can be told" in message["title"]
    assert an_id(1, 400) in message["message"]
    assert due(site) == []
    assert due(with_owners(site, required=False)) == [an_id(1, 400)]


def test_an_exempted_recording_is_told_to_nobody(site, server, listener):
    server.state.add(owned(1, ADA, metadata={"bbbkeep-hold": "2999-12-31 thesis"}))
    sweep(site)
    approved(site)

    assert tell(site) == Told()
    assert listener.requests == []


def test_under_a_policy_that_nobody_approved_no_owner_is_told(site, server, listener):
    server.state.add(owned(1, ADA))
    sweep(site)

    assert "nobody approved this policy" in tell(site).waiting
    assert listener.requests == []
    assert len(messages(site)) == 1


def test_a_hostile_name_stays_on_its_line(site, server):
    server.state.add(owned(1, ADA, name="Algebra\r\nBcc: x@example.org\u202e"))
    sweep(site)

    [message] = messages(site)
    assert not any(line.startswith("Bcc") for line in message.message.text.splitlines())
    assert message.message.text.replace("\n", "").isprintable()


def test_an_owner_that_is_no_address_reaches_no_url(site, server, listener):
    server.state.add(owned(1, "ada@example.org/../admin?to=x@example.org"))
    sweep(site)
    approved(site)

    tell(site)

    assert all("admin" not in one.target for one in listener.requests)


def test_a_map_gives_names_their_addresses(site, server, tmp_path, listener):
    (tmp_path / "owners.csv").write_text("owner,address\nProf. Ada,ada+rec@example.org\n")
    server.state.add(owned(1, "prof. ada"))
    site = with_owners(site, map_file=tmp_path / "owners.csv")
    sweep(site)
    approved(site)

    tell(site)

    assert whom(listener) == ["ada+rec@example.org"]


@pytest.mark.parametrize(
    "text",
    ["owner;address\n", "owner,address\nada,a@b.org?to=x\n", "owner,address\nada\n", 'owner,address\n"a'],
)
def test_a_map_that_is_wrong_stops_everything(site, tmp_path, text):
    (tmp_path / "owners.csv").write_text(text)
    site = with_owners(site, map_file=tmp_path / "owners.csv")

    with pytest.raises(ConfigError):
        plan_retention(site)


def test_a_template_has_the_list_where_it_says(site, server, tmp_path):
    (tmp_path / "notice.txt").write_text("Hello\n{recordings}\nBye")
    server.state.add(owned(1, ADA))
    sweep(site)

    [message] = messages(with_owners(site, template=tmp_path / "notice.txt"))

    lines = message.message.text.splitlines()
    assert (lines[0], lines[-1]) == ("Hello", "Bye")
    assert an_id(1, 400) in lines[1]


def test_what_does_not_fit_into_one_message_follows_in_the_next(site, server, listener):
    server.state.add(*(owned(number, ADA) for number in range(1, 200)))
    sweep(site)
    approved(site)

    [first] = messages(site)
    tell(site)
    [second] = messages(site)

    assert len(first.lines) + len(second.lines) == 199
    assert f"{len(second.lines)} more" in first.message.text
    assert first.lines[-1].record_id in json.loads(listener.requests[0].body)["message"]


IN_TWO_STEPS = DELETE_AFTER_A_YEAR.replace("action: delete", "action: {unpublish_then_delete: 10d}").replace(
    "max_deletes: 50", "max_deletes: 50, max_unpublishes: 50"
)


def a_night(site, clock) -> list[tuple[str, str]]:
    """Tell owners, then do what is due; a day passes."""
    sweep(site)
    tell(site)
    done = [(one.action, one.outcome) for one in apply_retention(site, plan_retention(site)[0])]
    turn(clock, days=1)
    return done


@pytest.fixture
def in_two_steps(site, server):
    server.state.add(owned(1, ADA), a_recording(2))
    site = with_policy(site, IN_TWO_STEPS)
    sweep(site)
    approved(site)
    return site


def test_each_step_is_told_in_its_own_stages_and_comes_after_them(in_two_steps, listener, clock):
    done = [a_night(in_two_steps, clock) for _ in range(14)]

    assert [number for number, one in enumerate(done) if one] == [1, 12]
    assert done[1] == [("unpublish", "verified")]
    assert done[12] == [("delete", "verified")]
    texts = [one["message"] for one in told(listener)]
    assert ["unpublish by rule old, delete 10d later" in one for one in texts] == [True, False, False, False]
    assert ["delete by rule old" in one for one in texts] == [False, True, True, True]


def test_a_delete_whose_notice_failed_waits_though_its_unpublish_was_told(
    in_two_steps, listener, server, clock
):
    a_night(in_two_steps, clock)
    a_night(in_two_steps, clock)
    takes(listener, status=500)

    assert [a_night(in_two_steps, clock) for _ in range(14)] == [[]] * 14
    takes(listener)
    assert [bool(a_night(in_two_steps, clock)) for _ in range(2)] == [False, True]
    assert server.state.record_ids(["published", "unpublished"]) == [an_id(2)]


def test_an_owner_who_answers_with_a_hold_keeps_what_was_hidden(in_two_steps, server, clock):
    for _ in range(4):
        a_night(in_two_steps, clock)
    server.state.set_metadata(an_id(1, 400), {"bbbkeep-hold": "2026-03-20 thesis"})

    assert [a_night(in_two_steps, clock) for _ in range(13)] == [[]] * 13
    # The hold is over after the 20th; the last notice comes first, and the delete a day after it.
    assert [a_night(in_two_steps, clock) for _ in range(2)] == [[], [("delete", "verified")]]


def test_metadata_that_a_rule_sets_is_told_to_nobody(site, server, listener):
    server.state.add(owned(1, ADA))
    site = with_policy(site, DELETE_AFTER_A_YEAR.replace("action: delete", "action: {set: {shelf: B 7}}"))
    sweep(site)
    approved(site)

    assert tell(site) == Told()
    assert due(site) == [an_id(1, 400)]
    assert listener.requests == []


def test_a_key_that_nobody_approved_keeps_owners_from_being_told(site, server, listener):
    server.state.add(owned(1, ADA))
    protect = "protect: [{name: exams, when: {metadata: {categroy: exam}}}]\n"
    site = with_policy(site, DELETE_AFTER_A_YEAR + protect)
    sweep(site)

    assert "nobody approved this policy" in tell(site).waiting
    approved(site)
    assert tell(site).sent == 1


def test_a_chunk_of_a_run_does_not_read_all_that_was_ever_told(listed, monkeypatch):
    read = []
    monkeypatch.setattr(notices, "all_sent", lambda *asked: read.append(asked) or {})
    held = hold_check(listed, policy_of(listed), now=listed.clock.now())

    assert held(Recording(an_id(1), metadata={"bbbkeep-hold": ""})) is not None
    assert held(Recording(an_id(2), metadata={})) is None
    assert read == []
