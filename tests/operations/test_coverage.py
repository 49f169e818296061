"""Coverage says which published recordings lack which language, and how old that knowledge is."""

import json

import pytest
from operations.keeping import a_recording, an_id, sweep, turn

from bbbkeep.operations.asking import ask_chunk
from bbbkeep.operations.coverage import coverage_document, coverage_of
from bbbkeep.standin.recording import SeedTrack


@pytest.fixture
def listed(server, site, clock):
    """1 has German and English captions, 2 none, 3 German subtitles; 4 was never asked about, 5 is unpublished."""
    server.state.add(*(a_recording(number) for number in (1, 2, 3, 4)), a_recording(5, state="unpublished"))
    for number, kind, lang in ((1, "captions", "de"), (1, "captions", "en-US"), (3, "subtitles", "de")):
        server.state.put_track(an_id(number), SeedTrack(kind=kind, lang=lang, label=lang))
    sweep(site)
    ask_chunk(site, [an_id(1)])
    turn(clock, days=2)
    ask_chunk(site, [an_id(2), an_id(3)])
    return site


def lacking(site, *langs, kind=None):
    return {
        int(one.record_id[:40], 16): (one.lacks, one.has) for one in coverage_of(site, langs, kind).lacking()
    }


def test_without_a_language_it_lists_what_has_no_track_or_is_not_known(listed):
    assert lacking(listed) == {2: ((), ()), 4: ((), None)}


def test_with_languages_it_lists_which_of_them_each_lacks(listed):
    assert lacking(listed, "de", "en_us") == {
        2: (("de", "en-US"), ()),
        3: (("en-US",), ("de",)),
        4: (("de", "en-US"), None),
    }


def test_of_one_kind_only_that_kind_counts(listed):
    assert set(lacking(listed, "de", kind="captions")) == {2, 3, 4}


def test_the_document_says_how_old_the_knowledge_is(listed):
    document = json.loads("".join(coverage_document(coverage_of(listed, ["de"], None))))

    assert [one["record_id"] for one in document["lacking"]] == [an_id(2), an_id(4)]
    assert document["lacking"][1]["has"] is None
    assert (document["recordings"], document["languages"]) == (4, {"de": 2, "en-US": 1})
    assert document["knowledge"] == {
        "asked": 3,
        "never_asked": 1,
        "oldest": "2026-03-04T12:00:00+00:00",
        "newest": "2026-03-06T12:00:00+00:00",
    }


def test_nothing_lacking_is_a_whole_document(site):
    sweep(site)

    document = json.loads("".join(coverage_document(coverage_of(site, [], None))))

    assert (document["lacking"], document["recordings"]) == ([], 0)
