"""Beginning a grace: a look at what somebody else unpublished, and never a write."""

from plans.actions.acting import shown
from plans.bench import FIRST, Bench, outcomes

from bbbkeep.ledger import inventory
from bbbkeep.plans.actions.begin_grace import BeginGrace

BEGIN = BeginGrace()


def test_it_is_done_where_the_recording_is_unpublished():
    assert BEGIN.is_done(shown(published=False), {})
    assert not BEGIN.is_done(shown(published=True), {})


def test_it_takes_nothing_away():
    assert not BEGIN.takes_away(shown(), {})


def test_what_is_unpublished_counts_from_the_look(swept: Bench):
    swept.server.state.set_state(FIRST, "unpublished")
    swept.sweep()

    assert outcomes(swept.apply([swept.item("begin_grace")])) == ["unchanged"]
    assert since(swept) == swept.clock.now()
    assert swept.server.writes == []


def test_what_was_published_meanwhile_is_left_alone(swept: Bench):
    swept.server.state.set_state(FIRST, "unpublished")
    swept.sweep()
    item = swept.item("begin_grace")
    swept.server.state.set_state(FIRST, "published")

    assert outcomes(swept.apply([item])) == ["skipped"]
    assert since(swept) is None
    assert swept.server.writes == []
    assert swept.truth().state == "published"


def since(bench: Bench):
    with bench.site.ledger.read() as conn:
        return inventory.get(conn, bench.site.key, FIRST).unpublished_at
