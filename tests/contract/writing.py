"""Promises of whoever writes: what is reported is what happened, to what was asked, and to nothing else."""

from collections.abc import Callable, Mapping

from contract.promise import promise
from contract.world import Known, World

from bbbkeep.model import ItemOutcome

_DONE = ("verified", "unchanged")
_SAID = ("unverified", "failed", "refused", "skipped")

_PRESENTER = "Ada Lovelace, with a good many more words"
Shows = Callable[[Known | None], bool]


def _written(
    world: World, action: str, shows: Shows, params: Mapping[str, object] | None = None, place: int = 0
) -> str:
    """Carry one write out and hold its outcome against the truth."""
    record_id = world.ours[place]
    world.sweep()
    before = world.truth()
    outcome = world.carry_out(action, record_id, params)
    _let_time_pass(world)
    after = world.truth()
    if before is not None and after is not None:
        others = {one: known for one, known in before.items() if one != record_id}
        assert {one: known for one, known in after.items() if one != record_id} == others
        if outcome is not None and outcome.outcome in _DONE:
            assert shows(after.get(record_id)), outcome
        if not world.faulty and not shows(after.get(record_id)):
            assert outcome is None or outcome.outcome in _SAID
    assert outcome is not None or world.faulty, world.said
    return _in_words(outcome, world)


def _let_time_pass(world: World) -> None:
    if world.local is not None:
        world.site.clock.sleep(60)


def _in_words(outcome: ItemOutcome | None, world: World) -> str:
    if outcome is None:
        return f"stopped: {world.said[-1]}"
    return "yes" if outcome.outcome in _DONE else f"{outcome.outcome}: {outcome.because}"


@promise("Changed metadata is stored, or reported as not stored", "metadata")
def changed_metadata(world: World) -> str:
    known = (world.truth() or {}).get(world.ours[0])
    return _written(world, "set_metadata", _has_new_presenter, _presenter(known))


@promise("Of several recordings each ends as it is reported", "metadata")
def of_several_each_ends_as_reported(world: World) -> str:
    before, asked = world.truth() or {}, world.ours[:4]
    items = [world.planned("set_metadata", one, _presenter(before.get(one))) for one in asked]
    outcomes = world.apply_all([one for one in items if one is not None])
    _let_time_pass(world)
    after = world.truth()
    assert outcomes is not None or world.faulty, world.said
    if after is not None:
        assert all(after[one] == before[one] for one in before if one not in asked)
        stored = {one for one in asked if one in after and _has_new_presenter(after[one])}
        assert {one.record_id for one in outcomes or () if one.outcome in _DONE} <= stored
    words = {one.record_id: _in_words(one, world) for one in outcomes or ()}
    return next((one for one in words.values() if one != "yes"), "yes")


def _presenter(known: Known | None) -> Mapping[str, object]:
    old = None if known is None else known.metadata.get("presenter")
    return {"changes": {"presenter": {"old": old, "new": _PRESENTER}}}


def _has_new_presenter(known: Known | None) -> bool:
    return known is not None and known.metadata.get("presenter") == _PRESENTER


@promise("An unpublished recording is unpublished, or reported as not", "publish")
def unpublished(world: World) -> str:
    return _written(world, "unpublish", lambda known: known is not None and not known.published, place=1)


@promise("A published recording is published, or reported as not", "publish")
def published(world: World) -> str:
    world.carry_out("unpublish", world.ours[4])
    return _written(world, "publish", lambda known: known is not None and known.published, place=4)


@promise("A deleted recording is gone, or reported as not", "delete")
def deleted(world: World) -> str:
    return _written(world, "delete", lambda known: known is None, place=2)


@promise("A second delete is no failure", "delete")
def a_second_delete_is_no_failure(world: World) -> str:
    world.sweep()
    record_id = world.ours[3]
    item = world.planned("delete", record_id)
    if item is None:
        return f"stopped: {world.said[-1]}"
    first = world.apply([item])
    assert first is not None or world.faulty, world.said
    _let_time_pass(world)
    gone = record_id not in (world.truth() or {})
    second = world.apply([item])
    if gone and second is not None and not world.faulty:
        assert second.outcome in _DONE, second
    return (
        _in_words(first, world) if first is None or first.outcome not in _DONE else _in_words(second, world)
    )


@promise("A record ID that another one begins with is never written to", "delete")
def an_id_is_never_taken_as_a_prefix(world: World) -> str:
    world.sweep()
    before = world.truth() or {}
    pairs = [(one, other) for one in world.ours for other in before if other != one and other.startswith(one)]
    if not pairs:
        return "not tried"
    short, long = pairs[0]
    outcome = world.carry_out("delete", short)
    _let_time_pass(world)
    after = world.truth()
    assert after is not None
    assert {short, long} <= set(after)
    assert outcome is not None or world.faulty, world.said
    assert outcome is None or outcome.outcome not in _DONE
    return "yes"
