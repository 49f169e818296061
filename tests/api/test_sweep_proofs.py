"""On a server that cuts its answers, wraps or shifts, a sweep is complete with everything or incomplete."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from api.odd_site import OddSite
from api.scripted import JumpingClock, Reply, Request, ScriptedServer, Sink
from api.wire import failed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bbbkeep.api.address import ServerAddress
from bbbkeep.api.concluding import Conclusion, Seen, conclude, first_slices
from bbbkeep.api.reading import Reader
from bbbkeep.api.slices import ALPHABET, Slice
from bbbkeep.api.sweep import sweep
from bbbkeep.model import RECORD_ID

REFUSED = Reply(failed("missingParameters", "param meetingID or recordID must be included.").encode())
CHANCE = random.Random(7)  # noqa: S311 - ids of a test
HASHES = [f"{CHANCE.getrandbits(160):040x}-17000000{number:05}" for number in range(1000)]


@pytest.fixture
def cut(address: ServerAddress, clock: JumpingClock) -> Iterator[Reader]:
    """Lend a reader of a server whose answers may be cut."""
    with Reader(replace(address, profile="bbblb"), clock=clock, random=lambda: 0.5) as made:
        yield made


def swept(
    server: ScriptedServer, reader: Reader, site: OddSite, slices: Sequence[Slice] = Slice.first()
) -> tuple[Conclusion, set[str]]:
    server.route, server.requests, sink = site, [], Sink()
    results = list(sweep(reader, slices, sink))
    seen = Seen(
        lambda: len(set(sink.record_ids)),
        lambda: [one for one in sink.record_ids if not RECORD_ID.fullmatch(one)],
    )
    return conclude(results, reader, sink, seen=seen), set(sink.record_ids)


@pytest.mark.parametrize("slices", [Slice.first(), (Slice.coarse(),), (Slice.everything(),)])
def test_a_capped_server_is_paged_to_its_end(
    server: ScriptedServer, cut: Reader, slices: tuple[Slice, ...]
) -> None:
    site = OddSite(HASHES, cap=100, most_ids=100)

    conclusion, seen = swept(server, cut, site, slices)

    assert conclusion == Conclusion(complete=True, count=1000)
    assert seen == set(HASHES)


def test_no_offset_is_asked_for_that_wraps(
    server: ScriptedServer, cut: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bbbkeep.api.paging.LAST_OFFSET", 99)
    site = OddSite(HASHES[:400], cap=30, wraps_at=100)

    conclusion, seen = swept(server, cut, site, [Slice.coarse()])

    assert conclusion == Conclusion(complete=True, count=400)
    assert seen == set(HASHES[:400])
    assert max(site.offsets) < 100


def test_where_offsets_are_ignored_a_larger_answer_proves_a_smaller_one_whole(
    server: ScriptedServer, cut: Reader
) -> None:
    site = OddSite(HASHES[:500], wraps_at=0)

    conclusion, seen = swept(server, cut, site)

    assert conclusion == Conclusion(complete=True, count=500)
    assert seen == set(HASHES[:500])
    assert sum(offset > 0 for offset in site.offsets) <= 3


def test_where_offsets_are_ignored_and_answers_cut_all_is_found_by_splitting(
    server: ScriptedServer, cut: Reader
) -> None:
    conclusion, seen = swept(server, cut, OddSite(HASHES[:300], cap=20, wraps_at=0))

    assert conclusion == Conclusion(complete=True, count=300)
    assert seen == set(HASHES[:300])


def test_entries_that_shift_between_pages_are_noticed_and_listed_anew(
    server: ScriptedServer, cut: Reader
) -> None:
    def delete_some(site: OddSite, number: int) -> None:
        if number == 2:
            del site.record_ids[:10]

    site = OddSite(list(HASHES[:200]), cap=50, meanwhile=delete_some)

    conclusion, seen = swept(server, cut, site, [Slice.coarse()])

    assert conclusion.complete
    assert seen >= set(site.record_ids)


def test_entries_that_never_stop_shifting_end_in_a_reason(server: ScriptedServer, cut: Reader) -> None:
    def delete_one(site: OddSite, _: int) -> None:
        site.record_ids[:1] = []
        site.record_ids.append(f"{len(server.requests):040x}-1800000000000")

    room = [f"{'c' * 40}-1700000000000{number}" for number in range(60)]  # no request tells them apart
    site = OddSite(room, cap=12, meanwhile=delete_one)

    conclusion, _ = swept(server, cut, site, [Slice.first()[12]])

    assert not conclusion.complete
    assert conclusion.because


def test_only_as_many_ids_are_named_as_the_server_takes(server: ScriptedServer, reader: Reader) -> None:
    ids = [f"{letter}odd" for letter in ALPHABET]

    conclusion, seen = swept(server, reader, OddSite(ids, most_ids=50), [Slice.coarse()])

    assert conclusion == Conclusion(complete=True, count=len(ids))
    assert seen == set(ids)


def test_a_server_of_one_listing_is_asked_once(
    server: ScriptedServer, address: ServerAddress, clock: JumpingClock
) -> None:
    with Reader(replace(address, profile="recapi"), clock=clock) as reader:
        conclusion, seen = swept(server, reader, OddSite(["a.b", "é", "x y"]), first_slices(reader, None))

    assert conclusion == Conclusion(complete=True, count=3)
    assert seen == {"a.b", "é", "x y"}
    assert len(server.requests) == 1


def test_a_slow_slice_has_its_neighbours_asked_for_in_parts(
    server: ScriptedServer, reader: Reader, clock: JumpingClock
) -> None:
    site = OddSite(HASHES[:100])

    def slow(request: Request) -> Reply:
        clock.sleep(25 if len(request.parameters.get("recordID", "")) == 1 else 1)
        return site(request)

    sink = Sink()
    server.route = slow
    results = list(sweep(reader, Slice.first(), sink))

    assert conclude(results, reader, sink).complete
    alone = [one for one in server.requests if len(one.parameters.get("recordID", "ab")) == 1]
    assert len(alone) <= 3  # the next one was on its way already


def nothing_tells_of(record_id: str, seen: set[str]) -> bool:
    """Whether *record_id* is one that no request shows, on a server where nothing else has its odd form."""
    others = {one for one in seen if not RECORD_ID.fullmatch(one)}
    return not RECORD_ID.fullmatch(record_id) and all(
        set(one) <= set(ALPHABET) and not one.startswith(record_id) for one in others
    )


@pytest.mark.parametrize("cap", [1, 2, 5, 9])
def test_a_server_that_ignores_offsets_and_cuts_at_a_few_is_never_complete_with_less(
    server: ScriptedServer, cut: Reader, cap: int
) -> None:
    room = [f"{'c' * 36}{number:04x}-1700000000000" for number in range(0, 30, 7)]

    conclusion, seen = swept(server, cut, OddSite(room, cap, wraps_at=0), [Slice(("c" * 35,))])

    assert not conclusion.complete  # only a part of the space was asked for
    assert seen == set(room)


NUMBERED = [f"rec{number}" for number in range(60)]


def test_an_id_that_ends_where_a_slice_was_split_leaves_the_sweep_incomplete(
    server: ScriptedServer, cut: Reader
) -> None:
    site = OddSite([*NUMBERED, "rec"], cap=40, wraps_at=0)

    conclusion, seen = swept(server, cut, site)

    assert seen == set(NUMBERED)
    assert not conclusion.complete
    assert "other_record_ids" in conclusion.because


def test_odd_ids_whose_form_is_declared_leave_nothing_to_doubt(
    server: ScriptedServer, address: ServerAddress, clock: JumpingClock
) -> None:
    bbblb = replace(address, profile="bbblb")
    with Reader(bbblb, clock=clock, other_ids=re.compile("rec[0-9]{1,2}")) as reader:
        conclusion, seen = swept(server, reader, OddSite(NUMBERED, cap=40, wraps_at=0))

    assert conclusion == Conclusion(complete=True, count=60)
    assert seen == set(NUMBERED)


@pytest.mark.parametrize("odd", ["é", "rec é", "rec%41", "rec"])
def test_what_no_prefix_shows_is_found_by_listing_everything_once_more(
    server: ScriptedServer, reader: Reader, clock: JumpingClock, odd: str
) -> None:
    site = OddSite([*HASHES[:50], *NUMBERED, "rec ü", odd])

    def too_slow_for_rec(request: Request) -> Reply:
        asked = request.parameters.get("recordID", "")
        return Reply(b"", status=502) if {"rec", "re", "r"} & set(asked.split(",")) else site(request)

    server.route, sink = too_slow_for_rec, Sink()
    results = list(sweep(reader, Slice.first(), sink))
    seen = Seen(lambda: len(set(sink.record_ids)), lambda: NUMBERED)

    assert odd not in sink.record_ids
    assert conclude(results, reader, sink, seen=seen) == Conclusion(complete=True, count=112)
    assert odd in sink.record_ids


@pytest.mark.parametrize(
    "refusal", [Reply(b"<response><returncode>SUCCESS</returncode></response>"), REFUSED]
)
def test_a_server_that_lists_nothing_without_a_prefix_is_asked_by_prefix(
    server: ScriptedServer, reader: Reader, refusal: Reply
) -> None:
    site, sink = OddSite(HASHES[:50]), Sink()
    server.route = lambda request: site(request) if "recordID" in request.parameters else refusal

    results = list(sweep(reader, first_slices(reader, 50), sink))

    assert conclude(results, reader, sink).complete
    assert set(sink.record_ids) == set(HASHES[:50])


ODD_IDS = st.lists(
    st.one_of(
        st.sampled_from(HASHES[:60]),
        st.text(ALPHABET, min_size=1, max_size=56),
        st.text("r1", min_size=1, max_size=5),
        st.sampled_from(["é", "1 r", "r%31", "r1ü", "\N{SNOWMAN}"]),
        st.builds("{}-{}".format, st.sampled_from(["Ab", "ab", "0_"]), st.integers(0, 30)),
    ),
    unique=True,
    max_size=25,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ODD_IDS,
    st.one_of(st.none(), st.integers(2, 15)),
    st.sampled_from([0, 5, 10_000]),
    st.booleans(),
    st.lists(st.tuples(st.integers(1, 80), st.integers(0, 24)), max_size=3),
)
def test_a_sweep_is_complete_with_everything_or_incomplete(
    server: ScriptedServer,
    cut: Reader,
    record_ids: list[str],
    cap: int | None,
    wraps_at: int,
    folds: bool,
    deletions: list[tuple[int, int]],
) -> None:
    def meanwhile(site: OddSite, number: int) -> None:
        for at, index in deletions:
            if at == number and site.record_ids:
                del site.record_ids[index % len(site.record_ids)]

    site = OddSite(list(record_ids), cap or 10**9, wraps_at, 100, folds, meanwhile)

    conclusion, seen = swept(server, cut, site, first_slices(cut, None))

    assert seen <= set(record_ids)
    if conclusion.complete:
        assert all(nothing_tells_of(missing, seen) for missing in set(site.record_ids) - seen)
    assert conclusion.complete or conclusion.because
    if cap is None and wraps_at > len(record_ids) and not deletions:
        assert conclusion.complete
