"""What a sweep promises: every record ID is asked for, and completeness is proven or denied."""

import random
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

import pytest
from api.scripted import Reply, Request, ScriptedServer, Sink
from api.wire import CHECKSUM_ERROR, NOT_FOUND_PAGE, a_recording, failed, listing, ok
from hypothesis import given
from hypothesis import strategies as st

from bbbkeep.api.concluding import Conclusion, conclude, covering, remaining
from bbbkeep.api.reading import Reader
from bbbkeep.api.slices import ALPHABET, Slice
from bbbkeep.api.sweep import MOST_SPLITS, MOST_STUCK, SliceResult, sweep
from bbbkeep.errors import BbbAuthError, BbbUnavailableError, UsageError
from bbbkeep.model import Recording

CHANCE = random.Random(7)  # noqa: S311 - ids of a test
PAGE = Reply(NOT_FOUND_PAGE, 504)


def some_ids(count: int) -> list[str]:
    return [f"{CHANCE.getrandbits(160):040x}-{1_700_000_000_000 + number}" for number in range(count)]


class Site:
    """A server that lists its recordings by prefix, and fails for more than `patience` of them at once."""

    def __init__(self, record_ids: list[str], patience: int = 10**9, total: Any = None) -> None:
        self.record_ids, self.patience, self.total = list(record_ids), patience, total

    def __call__(self, request: Request) -> Any:
        prefixes = tuple(request.parameters.get("recordID", "").split(","))
        found = [one for one in self.record_ids if one.startswith(prefixes)]
        if len(found) > self.patience and "limit" not in request.parameters:
            return PAGE
        after = "" if self.total is None else f"<totalElements>{self.total}</totalElements>"
        return Reply(listing(*map(a_recording, found), after=after).encode())


def swept(
    server: ScriptedServer, reader: Reader, site: Callable[[Request], Reply]
) -> tuple[list[SliceResult], Conclusion, Sink]:
    server.route = site
    sink = Sink()
    results = list(sweep(reader, Slice.first(), sink))
    return results, conclude(results, reader, sink), sink


def sweep_slice(reader: Reader, part: Slice, store: Sink) -> SliceResult:
    with closing(sweep(reader, [part], store)) as results:
        return next(results)


IDS = st.text(ALPHABET, min_size=1, max_size=60)


@given(IDS)
def test_the_first_slices_cover_every_id_exactly_once(record_id: str) -> None:
    assert sum(part.holds(record_id) for part in Slice.first()) == 1


@given(st.text("0123456789abcdef-", min_size=1, max_size=53), IDS)
def test_children_cover_every_longer_id_of_their_parent_exactly_once(prefix: str, rest: str) -> None:
    children = Slice((prefix,)).children()

    assert sum(child.holds(prefix + rest) for child in children) == 1


@given(st.lists(IDS, min_size=2, max_size=50, unique=True), IDS)
def test_a_slice_of_several_prefixes_is_halved(prefixes: list[str], record_id: str) -> None:
    whole = Slice(tuple(prefixes))

    assert whole.holds(record_id) == any(child.holds(record_id) for child in whole.children())


def test_below_the_fortieth_digit_a_slice_goes_on_into_the_hyphen_and_the_digits() -> None:
    below_hash = Slice(("a" * 40,)).children()
    below_hyphen = Slice(("a" * 40 + "-",)).children()

    assert below_hash[0].prefixes == ("a" * 40 + "-",)
    assert len(below_hash) == 2
    assert [part.key[-1] for part in below_hyphen[:-1]] == list("0123456789")
    assert Slice(("a" * 40 + "-" + "1" * 13,)).children() == ()


def test_a_slice_is_remembered_by_its_key() -> None:
    for part in Slice.first():
        assert Slice.of(part.key) == part
    for bad in ("a,,b", "a b", ",", "%"):
        with pytest.raises(UsageError):
            Slice.of(bad)


def test_a_sweep_sees_every_recording_once(server: ScriptedServer, reader: Reader) -> None:
    ids = [*some_ids(100), "screenshare-1", "_x", "Zed"]

    results, conclusion, sink = swept(server, reader, Site(ids))

    assert sorted(sink.record_ids) == sorted(ids)
    assert conclusion == Conclusion(complete=True, count=103)
    assert len(results) == 17


def test_a_slice_without_an_answer_is_split_until_it_has_one(server: ScriptedServer, reader: Reader) -> None:
    room = [f"{'c' * 40}-17000000000{number:02}" for number in range(20)]
    ids = [*some_ids(40), *room]

    results, conclusion, sink = swept(server, reader, Site(ids, patience=12))

    assert sorted(sink.record_ids) == sorted(ids)
    assert conclusion.complete
    assert any(len(result.slice.key) > 41 for result in results)


def test_a_slice_that_is_too_large_is_split(server: ScriptedServer, reader: Reader) -> None:
    big = listing(*["<recording/>"] * 10) + "x"
    answers = [PAGE, PAGE, Reply(listing().encode())]
    server.says(big)
    server.route = lambda _: answers.pop(0)

    result = sweep_slice(reader, Slice(("a",)), Sink())

    assert len(result.children) == 17
    assert not result.proven
    assert "504" in result.because


def test_a_slice_that_can_not_be_split_leaves_the_sweep_incomplete(
    server: ScriptedServer, reader: Reader
) -> None:
    whole = f"{'c' * 40}-1700000000000"
    server.route = lambda request: (
        PAGE if request.parameters["recordID"] == whole else Reply(listing().encode())
    )

    result = sweep_slice(reader, Slice((whole,)), Sink())

    assert (result.proven, result.children) == (False, ())


def test_a_part_that_never_answers_is_given_up_after_so_many_splits(
    server: ScriptedServer, reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bbbkeep.api.sweep.MOST_SPLITS", 3)
    server.route = lambda request: (
        PAGE if request.parameters["recordID"].startswith("a") else Reply(listing().encode())
    )

    results = list(sweep(reader, [Slice(("a",))], Sink()))

    assert [len(one.children) for one in results] == [17, 17, 17, 0]
    assert remaining(results)


def test_a_part_whose_smallest_slices_never_answer_is_given_up(
    server: ScriptedServer, reader: Reader
) -> None:
    server.route = lambda request: (
        PAGE if request.parameters["recordID"].startswith("a") else Reply(listing().encode())
    )

    results = list(sweep(reader, [Slice(("a",))], Sink()))

    assert sum(not one.children for one in results) == MOST_STUCK
    assert len(results) < 100


def test_a_server_that_is_down_ends_the_sweep_at_once(server: ScriptedServer, reader: Reader) -> None:
    server.says(PAGE)

    with pytest.raises(BbbUnavailableError):
        list(sweep(reader, Slice.first(), Sink()))

    assert len(server.requests) <= 10


def test_a_refused_secret_ends_the_sweep_at_once(server: ScriptedServer, reader: Reader) -> None:
    server.says(CHECKSUM_ERROR)

    with pytest.raises(BbbAuthError):
        list(sweep(reader, Slice.first(), Sink()))

    assert len(server.requests) == 1


def test_a_server_that_ignores_the_filter_proves_nothing(server: ScriptedServer, reader: Reader) -> None:
    ids = some_ids(5)
    server.route = lambda _: Reply(listing(*map(a_recording, ids)).encode())
    sink = Sink()

    results = list(sweep(reader, Slice.first(), sink))
    conclusion = conclude(results, reader, sink)

    assert not conclusion.complete
    assert "do not begin with the prefix" in conclusion.because
    assert sorted(sink.record_ids) == sorted(ids)


def test_a_server_that_ignores_letter_case_is_no_server_that_ignores_the_filter(
    server: ScriptedServer, reader: Reader
) -> None:
    ids = some_ids(60)

    def route(request: Request) -> Reply:
        prefixes = tuple(request.parameters.get("recordID", "").lower().split(","))
        return Reply(listing(*(a_recording(one) for one in ids if one.startswith(prefixes))).encode())

    _, conclusion, sink = swept(server, reader, route)

    assert conclusion == Conclusion(complete=True, count=60)
    assert sorted(sink.record_ids) == sorted(ids)


def test_an_empty_server_is_complete_only_if_an_unfiltered_listing_is_empty_too(
    server: ScriptedServer, reader: Reader
) -> None:
    _, conclusion, _ = swept(server, reader, Site([]))

    assert conclusion == Conclusion(complete=True, count=0)
    assert "recordID" not in server.requests[-1].parameters


def test_a_server_that_matches_no_prefixes_is_listed_whole(server: ScriptedServer, reader: Reader) -> None:
    ids = some_ids(3)

    def route(request: Request) -> Reply:
        asked = request.parameters.get("recordID")
        return Reply(listing(*(a_recording(one) for one in ids if asked in (None, one))).encode())

    _, conclusion, sink = swept(server, reader, route)

    assert conclusion == Conclusion(complete=True, count=3)
    assert sink.record_ids == ids


@pytest.mark.parametrize(
    ("everything", "says"),
    [
        pytest.param(
            ok("<messageKey>noRecordings</messageKey>"), "no <recordings> element", id="not allowed"
        ),
        pytest.param(failed("missingParameters"), "missingParameters", id="filter demanded"),
        pytest.param(NOT_FOUND_PAGE.decode(), "HTML page", id="time-out"),
    ],
)
def test_an_empty_sweep_is_incomplete_if_nothing_shows_that_the_server_is_empty(
    server: ScriptedServer, reader: Reader, everything: str, says: str
) -> None:
    filtered = listing()
    server.route = lambda request: Reply(
        (filtered if "recordID" in request.parameters else everything).encode()
    )
    sink = Sink()

    conclusion = conclude(list(sweep(reader, Slice.first(), sink)), reader, sink)

    assert not conclusion.complete
    assert says in conclusion.because


def test_a_slice_without_a_recordings_element_proves_nothing(server: ScriptedServer, reader: Reader) -> None:
    server.says(ok())

    result = sweep_slice(reader, Slice(("a",)), Sink())

    assert not result.proven
    assert "no <recordings> element" in result.because


def test_a_rejected_slice_proves_nothing_and_is_not_split(server: ScriptedServer, reader: Reader) -> None:
    server.says(failed("internalError"))

    result = sweep_slice(reader, Slice(("a",)), Sink())

    assert (result.proven, result.children) == (False, ())
    assert "internalError" in result.because


def test_a_lenient_slice_covers_but_says_so(server: ScriptedServer, reader: Reader) -> None:
    server.says(listing(a_recording("a" * 40 + "-1700000000000", name="\x01")))

    result = sweep_slice(reader, Slice(("a",)), Sink())

    assert result.proven
    assert result.lenient


class SpoiltSite(Site):
    """A server on which some recordings' names hold a character that XML forbids."""

    def __init__(self, record_ids: list[str], odd: set[str]) -> None:
        super().__init__(record_ids)
        self.odd = odd

    def __call__(self, request: Request) -> Reply:
        reply = super().__call__(request)
        for one in self.odd:
            name = f"<recordID>{one}</recordID>".encode()
            reply.body = reply.body.replace(name, name + b"<name>\x01</name>")
        return reply


class Known(Sink):
    """A sink that remembers of which recordings the metadata are unknown, and how often each came."""

    def __init__(self) -> None:
        super().__init__()
        self.unknown: set[str] = set()

    def __call__(self, part: Slice, recordings: Sequence[Recording]) -> None:
        super().__call__(part, recordings)
        self.unknown |= {one.record_id for one in recordings if one.metadata is None}


def test_an_odd_recording_leaves_the_metadata_of_no_other_unknown(
    server: ScriptedServer, reader: Reader
) -> None:
    room = [f"{'c' * 40}-17000000{number:05}" for number in range(300)]
    ids = [*some_ids(300), *room]
    odd = {ids[5], room[120], "_x"}
    server.route = SpoiltSite([*ids, "_x", "_xy", "Zed"], odd)
    sink = Known()

    results = list(sweep(reader, Slice.first(), sink))

    assert conclude(results, reader, sink) == Conclusion(complete=True, count=603)
    assert sink.unknown == {*odd, "_xy"}  # which no request gets without _x
    assert sorted(sink.record_ids) == sorted([*ids, "_x", "_xy", "Zed"])
    assert len(server.requests) < 70


def test_recordings_that_are_all_odd_cost_a_bounded_number_of_requests(
    server: ScriptedServer, reader: Reader
) -> None:
    ids = [f"a{number:039x}-1700000000000" for number in range(2000)]
    server.route = SpoiltSite(ids, set(ids))
    sink = Known()

    results = list(sweep(reader, [Slice(("a",))], sink))

    assert sum(result.count for result in covering(results)) == 2000
    assert sink.unknown == set(ids)
    assert len(server.requests) <= 1 + 40 + 2 * MOST_SPLITS


def test_a_spoilt_answer_of_a_server_that_ignores_the_filter_is_not_split(
    server: ScriptedServer, reader: Reader
) -> None:
    server.says(listing(*(a_recording(one, name="\x01") for one in some_ids(5))))

    result = sweep_slice(reader, Slice(("a",)), Sink())

    assert (result.proven, result.children) == (False, ())


@pytest.mark.parametrize(
    ("total", "before", "complete"),
    [
        pytest.param(30, None, True, id="agrees"),
        pytest.param(31, None, False, id="one more"),
        pytest.param(29, None, False, id="one less"),
        pytest.param(32, (28, True), True, id="recordings came meanwhile"),
        pytest.param(33, (31, True), False, id="never so few"),
        pytest.param(None, None, True, id="no total to be had"),
    ],
)
def test_a_total_has_to_agree(
    server: ScriptedServer, reader: Reader, total: Any, before: Any, complete: bool
) -> None:
    server.route = Site(some_ids(30), total=total)
    sink = Sink()
    results = list(sweep(reader, Slice.first(), sink))

    conclusion = conclude(results, reader, sink, total_before=before)

    assert conclusion.complete is complete
    assert bool(conclusion.because) is not complete


@pytest.mark.parametrize(("total", "complete"), [(30, True), (90, True), (29, False)])
def test_a_total_of_formats_can_only_be_too_many(
    server: ScriptedServer, reader: Reader, total: Any, complete: bool
) -> None:
    site = Site(some_ids(30))
    after = f"<pagination><totalElements>{total}</totalElements></pagination>"
    server.route = lambda request: (
        Reply(listing(a_recording(), after=after).encode())
        if "limit" in request.parameters
        else site(request)
    )
    sink = Sink()

    assert conclude(list(sweep(reader, Slice.first(), sink)), reader, sink).complete is complete


def test_a_sweep_that_was_broken_off_goes_on_where_it_was(server: ScriptedServer, reader: Reader) -> None:
    ids = some_ids(40)
    server.route = Site(ids)
    sink = Sink()
    done = [result for result, _ in zip(sweep(reader, Slice.first(), sink), range(5), strict=False)][:5]
    left = remaining(done)

    assert len(left) == 12
    assert not conclude(done, reader, sink).complete
    done += sweep(reader, left, sink)
    assert remaining(done) == ()
    assert conclude(done, reader, sink).complete


def test_of_a_split_slice_the_children_remain_that_were_not_listed() -> None:
    first, *others = Slice.first()
    listed, *children = first.children()
    results = [
        SliceResult(first, children=first.children()),
        *(SliceResult(one, proven=True) for one in (*others, listed)),
    ]

    assert remaining(results) == tuple(children)


def test_a_sweep_is_concluded_from_remembered_counts(server: ScriptedServer, reader: Reader) -> None:
    server.route = Site(some_ids(5))
    first, *others = Slice.first()
    remembered = [
        SliceResult(first, 5, proven=True, by_prefix=True),
        *(SliceResult(one, proven=True) for one in others),
    ]

    assert conclude(remembered, reader, Sink()) == Conclusion(complete=True, count=5)
    assert [request.parameters.get("limit") for request in server.requests] == ["1"]
