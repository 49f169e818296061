"""Formats, captions and breakout rooms: what is listed is there, what is not told is unknown."""

from datetime import timedelta

import pytest
from retention.asking import NO, NOW, UNKNOWN, YES, a_policy, a_row, answer, facts, tracks_in

from bbbkeep.model import KnownTracks, PlaybackFormat
from bbbkeep.retention.contents import covers


def with_formats(*types):
    return a_row(formats=tuple(PlaybackFormat(one) for one in types))


@pytest.mark.parametrize(
    ("when", "types", "expected"),
    [
        pytest.param("video", ["presentation", "video"], YES, id="it is listed"),
        pytest.param("video", ["presentation"], NO, id="it is not listed"),
        pytest.param("Video", ["VIDEO"], YES, id="in any letter case"),
        pytest.param("{has: [video, podcast]}", ["video"], NO, id="has means all of them"),
        pytest.param("{any_of: [video, podcast]}", ["video"], YES, id="any of them"),
        pytest.param("{none_of: [video, podcast]}", ["presentation"], YES, id="none of them"),
        pytest.param("{none_of: video}", ["video", "presentation"], NO, id="one of them"),
        pytest.param("{only: presentation}", ["presentation"], YES, id="only that"),
        pytest.param("{only: presentation}", ["presentation", "video"], NO, id="another, too"),
        pytest.param("video", [], UNKNOWN, id="nothing listed"),
        pytest.param("{none_of: video}", [], UNKNOWN, id="nothing listed, none of"),
        pytest.param("{only: video}", [], UNKNOWN, id="nothing listed, only"),
        pytest.param("video", ["unknown"], UNKNOWN, id="a format without a type"),
        pytest.param("video", ["unknown", "video"], YES, id="it is listed beside one without a type"),
        pytest.param("{only: video}", ["unknown", "video"], UNKNOWN, id="the other may be any"),
        pytest.param("{only: video}", ["unknown", "podcast"], NO, id="another is there in any case"),
    ],
)
def test_formats_are_what_the_server_lists(when, types, expected):
    assert answer(f"{{formats: {when}}}", with_formats(*types)) is expected


@pytest.mark.parametrize(
    ("when", "langs", "expected"),
    [
        pytest.param("de", ["de", "en"], YES, id="it is there"),
        pytest.param("de", ["en"], NO, id="it is not there"),
        pytest.param("de", ["de_AT"], YES, id="a region of it, as some servers write it"),
        pytest.param("deu", ["DE"], YES, id="the same language in other words"),
        pytest.param("de-AT", ["de"], UNKNOWN, id="it may be that region"),
        pytest.param("de-AT", ["de-DE"], NO, id="another region"),
        pytest.param("zh-Hans", ["zh-CN"], UNKNOWN, id="a region where a script is asked for"),
        pytest.param("de", ["klingonese"], UNKNOWN, id="a language that nobody knows"),
        pytest.param("{none_of: [de]}", ["klingonese"], UNKNOWN, id="it may be a German one"),
        pytest.param("de", ["klingonese", "de"], YES, id="it is there beside it"),
        pytest.param("{has: [de, en]}", ["de"], NO, id="has means all of them"),
        pytest.param("{any_of: [de, en]}", ["de"], YES, id="any of them"),
        pytest.param("{none_of: [de, en]}", ["fr"], YES, id="none of them"),
        pytest.param("{none_of: [de, en]}", [], YES, id="no tracks, so none of them"),
        pytest.param("{only: de}", ["de", "de-AT"], YES, id="only that"),
        pytest.param("{only: de}", ["de", "fr"], NO, id="another, too"),
        pytest.param("{only: de}", [], NO, id="only means at least one"),
        pytest.param("{none: true}", [], YES, id="no tracks"),
        pytest.param("{none: true}", ["fr"], NO, id="some track"),
        pytest.param("{none: false}", ["fr"], YES, id="some track is asked for"),
        pytest.param("{none: false}", [], NO, id="some track is asked for, and none is there"),
    ],
)
def test_captions_are_what_the_server_told_when_it_was_asked(when, langs, expected):
    assert answer(f"{{captions: {when}}}", a_row(tracks=tracks_in(*langs))) is expected


@pytest.mark.parametrize("when", ["de", "{none: true}", "{none_of: [de]}", "{only: de}"])
@pytest.mark.parametrize(
    ("tracks", "because"),
    [
        pytest.param(None, "never asked", id="never asked"),
        pytest.param(KnownTracks(None, NOW), "the server does not tell", id="unsupported"),
        pytest.param(tracks_in("de", asked=NOW - timedelta(days=30, seconds=1)), "asked on 2026-05-02", id="too long ago"),
        pytest.param(tracks_in("de", asked=NOW + timedelta(seconds=1)), "asked on 2026-06-01", id="in the future"),
    ],
)  # fmt: skip
def test_captions_nobody_knows_of_are_unknown(when, tracks, because):
    row = a_row(tracks=tracks)

    assert answer(f"{{captions: {when}}}", row) is UNKNOWN
    assert (
        a_policy(f"{{captions: {when}}}").rules[0].when.fact(facts(row)) == f"captions are unknown: {because}"
    )


@pytest.mark.parametrize(
    ("when", "top", "expected"),
    [
        pytest.param("{has: de}", "", YES, id="30 days without saying so"),
        pytest.param("{has: de, known_for: 10d}", "", YES, id="to the very end"),
        pytest.param("{has: de, known_for: 9d}", "", UNKNOWN, id="the condition says less"),
        pytest.param("{has: de}", "captions: {known_for: 9d}", UNKNOWN, id="the policy says less"),
        pytest.param("{has: de, known_for: 2w}", "captions: {known_for: 9d}", YES, id="the condition wins"),
    ],
)
def test_an_answer_counts_as_long_as_the_policy_says(when, top, expected):
    row = a_row(tracks=tracks_in("de", asked=NOW - timedelta(days=10)))

    assert answer(f"{{captions: {when}}}", row, top) is expected


def test_languages_are_covered_by_the_same_and_by_more_general_tags():
    assert (covers("pt", "pt-BR"), covers("pt-BR", "pt-PT")) == (YES, NO)


@pytest.mark.parametrize(
    ("told", "metadata", "is_one", "is_none"),
    [
        pytest.param(True, {}, YES, NO, id="told"),
        pytest.param(False, {"isBreakout": "true"}, NO, YES, id="told, which counts first"),
        pytest.param(None, {"isBreakout": "true"}, YES, NO, id="told in the metadata"),
        pytest.param(None, {"isBreakout": "true", "isbreakout": "false"}, UNKNOWN, UNKNOWN, id="told twice"),
        pytest.param(None, {}, UNKNOWN, UNKNOWN, id="not told"),
        pytest.param(None, None, UNKNOWN, UNKNOWN, id="metadata unknown"),
    ],
)
def test_a_breakout_room_is_one_where_the_server_says_so(told, metadata, is_one, is_none):
    row = a_row(is_breakout=told, metadata=metadata)

    assert answer("{breakout: true}", row) is is_one
    assert answer("{breakout: false}", row) is is_none
