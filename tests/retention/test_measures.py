"""Size, duration and participants: answered where the server tells enough, unknown elsewhere."""

from datetime import timedelta

import pytest
from retention.asking import NO, NOW, PAST, UNKNOWN, YES, a_policy, a_row, answer, facts

from bbbkeep.model import PlaybackFormat


def formats(*known):
    return tuple(
        PlaybackFormat(f"format{n}", length_minutes=length, size_bytes=size)
        for n, (length, size) in enumerate(known)
    )


@pytest.mark.parametrize(
    ("when", "size", "expected"),
    [
        pytest.param("{size: {over: 500MB}}", 500_000_001, YES, id="a byte over"),
        pytest.param("{size: {over: 500MB}}", 500_000_000, NO, id="exactly the limit is not over"),
        pytest.param("{size: {under: 500MB}}", 500_000_000, NO, id="exactly the limit is not under"),
        pytest.param("{size: {under: 500MB}}", 499_999_999, YES, id="a byte under"),
        pytest.param("{size: {over: 1.5GiB}}", 1_610_612_737, YES, id="units of 1024"),
        pytest.param("{size: {over: 1kB, under: 1MB}}", 2_000, YES, id="within a range"),
        pytest.param("{size: {over: 1kB, under: 1MB}}", 1_000, NO, id="outside a range"),
        pytest.param("{size: {over: 1B}}", None, UNKNOWN, id="not told"),
        pytest.param("{size: {over: 1B}}", 0, UNKNOWN, id="told as 0"),
        pytest.param("{not: {size: {over: 1B}}}", None, UNKNOWN, id="not told, under not"),
    ],
)
def test_a_size_is_compared_as_told(when, size, expected):
    assert answer(when, a_row(size_bytes=size)) is expected


@pytest.mark.parametrize(
    ("sizes", "over", "under"),
    [
        pytest.param([300, 300], YES, NO, id="the sum of all formats"),
        pytest.param([600, None], YES, NO, id="one alone is over"),
        pytest.param([300, None], UNKNOWN, UNKNOWN, id="the other may bring it over"),
        pytest.param([300, 0], UNKNOWN, UNKNOWN, id="0 is not told"),
        pytest.param([], UNKNOWN, UNKNOWN, id="no formats"),
    ],
)
def test_without_a_whole_size_its_formats_tell_it(sizes, over, under):
    row = a_row(formats=formats(*((1, size) for size in sizes)))

    assert answer("{size: {over: 500B}}", row) is over
    assert answer("{size: {under: 500B}}", row) is under


def test_raw_data_is_no_part_of_the_size():
    assert answer("{size: {over: 1MB}}", a_row(raw_size_bytes=10**9)) is UNKNOWN


@pytest.mark.parametrize(
    ("seconds", "over", "under"),
    [
        pytest.param(3599, NO, YES, id="a second less"),
        pytest.param(3600, NO, NO, id="exactly an hour"),
        pytest.param(3601, YES, NO, id="a second more"),
        pytest.param(0, UNKNOWN, UNKNOWN, id="no time at all"),
        pytest.param(-60, UNKNOWN, UNKNOWN, id="it ended before it started"),
    ],
)
def test_a_duration_is_from_start_to_end(seconds, over, under):
    row = a_row(**PAST | {"start": PAST["end"] - timedelta(seconds=seconds)})

    assert answer("{duration: {over: 60min}}", row) is over
    assert answer("{duration: {under: 1h}}", row) is under


@pytest.mark.parametrize("unknown", ["start_status", "end_status"])
def test_without_both_dates_a_duration_is_unknown(unknown):
    row = a_row(**PAST | {unknown: "mismatch"}, formats=formats((60, 1)))

    assert answer("{duration: {over: 1min}}", row) is UNKNOWN


@pytest.mark.parametrize(
    ("lengths", "over", "under"),
    [
        pytest.param([62], YES, NO, id="longer, however it was rounded"),
        pytest.param([61], UNKNOWN, NO, id="rounded up or cut"),
        pytest.param([60], UNKNOWN, UNKNOWN, id="about the limit"),
        pytest.param([59], NO, UNKNOWN, id="rounded down or cut"),
        pytest.param([58], NO, YES, id="shorter, however it was rounded"),
        pytest.param([62, None], YES, NO, id="another can't be shorter than that"),
        pytest.param([5, None], UNKNOWN, UNKNOWN, id="another may be longer"),
        pytest.param([5, 70], YES, NO, id="the longest counts"),
        pytest.param([None], UNKNOWN, UNKNOWN, id="not told"),
        pytest.param([], UNKNOWN, UNKNOWN, id="no formats"),
    ],
)
def test_a_playback_duration_is_known_within_a_minute(lengths, over, under):
    row = a_row(formats=formats(*((length, 1) for length in lengths)))

    assert answer("{duration: {of: playback, over: 1h}}", row) is over
    assert answer("{duration: {of: playback, under: 1h}}", row) is under


@pytest.mark.parametrize(
    ("when", "count", "expected"),
    [
        pytest.param("{participants: {under: 2}}", 1, YES, id="alone"),
        pytest.param("{participants: {under: 2}}", 2, NO, id="two are not under two"),
        pytest.param("{participants: {over: 2}}", 3, YES, id="three"),
        pytest.param("{participants: {exactly: 1}}", 1, YES, id="exactly one"),
        pytest.param("{participants: {exactly: 1}}", 2, NO, id="not exactly one"),
        pytest.param("{participants: {under: 2}}", 0, UNKNOWN, id="0 is not told"),
        pytest.param("{participants: {under: 2}}", None, UNKNOWN, id="not told"),
    ],
)
def test_participants_are_compared_as_told(when, count, expected):
    assert answer(when, a_row(participants=count)) is expected


@pytest.mark.parametrize(
    ("when", "row", "fact"),
    [
        pytest.param("{size: {over: 1GB}}", a_row(size_bytes=612_345_678), "size is 612.3 MB", id="a size"),
        pytest.param("{size: {over: 1GB}}", a_row(formats=formats((1, 5_000), (1, None))), "size is at least 5 kB", id="a least size"),
        pytest.param("{size: {over: 1GB}}", a_row(), "size is unknown", id="no size"),
        pytest.param("{duration: {over: 1h}}", a_row(**PAST), "duration is 1h", id="a duration"),
        pytest.param("{duration: {of: playback, over: 1h}}", a_row(formats=formats((90, 1))),
                     "playback duration is at least 1h 29min and at most 1h 31min", id="a length in minutes"),
        pytest.param("{participants: {over: 1}}", a_row(participants=3), "number of participants is 3", id="participants"),
    ],
)  # fmt: skip
def test_a_measure_says_what_was_found(when, row, fact):
    assert a_policy(when).rules[0].when.fact(facts(row, NOW)) == fact


def test_a_measure_says_its_limits():
    policy = a_policy("{size: {over: 500MB, under: 2GB}, duration: {of: playback, under: 90min}}")

    sentence = policy.rules[0].when.sentence()

    assert sentence == "size is over 500 MB and under 2 GB and playback duration is under 1h 30min"
