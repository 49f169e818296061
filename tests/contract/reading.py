"""Promises of whoever only reads."""

from contract.promise import promise
from contract.world import Known, Truth, World

from bbbkeep.errors import BbbAuthError
from bbbkeep.model import Recording
from bbbkeep.selection import Selection

_MOST_CALLS_WITH_A_WRONG_SECRET = 3


@promise("A sweep is complete, or says why not")
def a_sweep_is_complete_or_says_why(world: World) -> str:
    sweep = world.sweep()
    if sweep is None:
        assert world.faulty, world.said
        return "stopped"
    assert sweep.status == "complete" or sweep.because
    truth = world.truth()
    if sweep.status == "complete" and truth is not None:
        assert not set(truth) - _may_be_missing(world, truth) - {one.record_id for one in world.listed()}
    return "yes" if sweep.status == "complete" else f"incomplete: {sweep.because}"


@promise("It lists every recording once")
def it_lists_every_recording_once(world: World) -> str:
    sweep, truth = world.sweep(), world.truth()
    ids = [one.record_id for one in world.listed() if one.state != "deleted"]
    assert len(ids) == len(set(ids))
    if truth is not None:
        assert set(ids) <= set(truth)
        if sweep is not None and sweep.status == "complete":
            assert set(ids) >= set(truth) - _may_be_missing(world, truth)
    assert ids or world.faulty
    return "yes"


def _may_be_missing(world: World, truth: Truth) -> set[str]:
    """Return the recording that a server leaves out of each of its answers: nobody can tell from outside."""
    if "missing-recording" not in world.faults:
        return set()
    return {min(record_id for record_id, known in truth.items() if known.published)}


@promise("Every field is what the server holds, or unknown")
def every_field_is_what_the_server_holds(world: World) -> str:
    sweep, truth = world.sweep(), world.truth()
    if truth is None:
        return "not compared"
    wrong = [
        one.record_id
        for one in world.listed()
        if one.record_id in truth and not _agrees(one, truth[one.record_id])
    ]
    assert wrong == []
    assert sweep is not None or world.faulty
    return "yes"


def _agrees(shown: Recording, known: Known) -> bool:
    formats = frozenset(one.type for one in shown.formats)
    return (
        shown.name in {None, known.name} | ({shown.name} if shown.metadata is None else set())
        and shown.published in {None, known.published}
        and (shown.metadata is None or dict(shown.metadata) == dict(known.metadata))
        and (shown.start is None or int(shown.start.timestamp() * 1000) == known.start_ms)
        and shown.participants in {None, known.participants}
        and len(formats) == len(shown.formats)
        and formats == known.formats
    )


@promise("A filter never loses a recording")
def a_filter_never_loses_a_recording(world: World) -> str:
    sweep, truth = world.sweep(), world.truth()
    everything = world.listed()
    value = next(
        (one.metadata["category"] for one in everything if "category" in (one.metadata or {})), "lecture"
    )
    wanted = {one.record_id for one in world.listed(Selection(meta={"category": value}))}
    assert wanted == {
        one.record_id
        for one in everything
        if one.metadata is not None and one.metadata.get("category") == value
    }
    unknown = {one.record_id for one in everything if one.metadata is None}
    if truth is not None and sweep is not None and sweep.status == "complete":
        matching = {
            record_id for record_id, known in truth.items() if known.metadata.get("category") == value
        }
        assert matching - _may_be_missing(world, truth) <= wanted | unknown
    return "yes"


@promise("A recording is read by its whole ID, and no other comes with it")
def a_recording_is_read_by_its_whole_id(world: World) -> str:
    asked = list(world.ours[:12])

    def read() -> set[str]:
        with world.site.reader() as reader:
            return set(reader.recordings(asked))

    shown, truth = world.attempt(read), world.truth()
    assert shown is not None or world.faulty, world.said
    if shown is not None and truth is not None:
        assert shown <= set(asked)
        assert shown >= set(asked) & set(truth) - _may_be_missing(world, truth)
    return "yes"


@promise("A wrong secret stops at once")
def a_wrong_secret_stops_at_once(world: World) -> str:
    before = len(world.local.requests) if world.local else 0
    site = world.with_server(secret="not-the-secret")

    def read() -> None:
        with site.reader() as reader:
            reader.recordings(list(world.ours[:1]))

    assert world.attempt(read) is None
    if not world.faulty:
        assert isinstance(world.said[-1], BbbAuthError)
        asked = len(world.local.requests) - before if world.local else 0
        assert asked <= _MOST_CALLS_WITH_A_WRONG_SECRET
    return "yes"


@promise("Reading changes nothing")
def reading_changes_nothing(world: World) -> str:
    before = world.truth()
    world.sweep()
    assert world.truth() == before
    assert world.local is None or world.local.writes == []
    return "yes"
