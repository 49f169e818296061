"""A language has one spelling, and a short word in a file's name is not taken for one by accident."""

import pytest

from bbbkeep.captions.language import canonical, label, same
from bbbkeep.errors import CaptionError


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en", "en"),
        ("EN_us", "en-US"),
        ("en-UK", "en-GB"),
        ("pt_BR", "pt-BR"),
        ("ptbr", "pt-BR"),
        ("pob", "pt-BR"),
        ("eng", "en"),
        ("ger", "de"),
        ("deu", "de"),
        ("hin", "hi"),
        ("iw", "he"),
        ("chs", "zh-Hans"),
        ("cht", "zh-Hant"),
        ("es-la", "es-419"),
        ("sh", "sr-Latn"),
        ("fil", "fil"),
    ],
)
def test_spellings_lead_to_one_tag(tag, expected):
    assert canonical(tag) == expected
    assert canonical(expected) == expected


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "c",
        "xx",
        "english",
        "sdh",
        "old",
        "sub",
        "part1",
        "und",
        "mul",
        "qaa",
        "x-foo",
        "en" * 40,
        "e n",
        "é",
    ],
)
def test_what_names_no_one_language_is_refused_with_the_remedy(tag):
    with pytest.raises(CaptionError, match="use a tag such as en, pt-BR or zh-Hans"):
        canonical(tag)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("pt_BR", "pt-br", True, id="spelling does not matter"),
        pytest.param("eng", "en", True, id="code length does not matter"),
        pytest.param("pt", "pt-BR", False, id="a country is a difference"),
        pytest.param("xx", "XX", True, id="what is no tag is compared as written"),
        pytest.param("xx", "en", False, id="no tag is no language"),
    ],
)
def test_tags_are_compared_by_meaning(one, other, expected):
    assert same(one, other) is expected


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("en", "English"), ("de", "Deutsch"), ("pt-BR", "Português (Brasil)"), ("zh-TW", "Chinese (Taiwan)")],
)
def test_a_label_is_in_the_language_itself(tag, expected):
    assert label(tag) == expected


@pytest.mark.parametrize("tag", ["fr", "uk", "uz", "nds", "haw", "ar", "he", "en-x-foo"])
def test_a_label_holds_nothing_that_breaks_the_servers_json(tag):
    assert label(tag)
    assert not set(label(tag)) & set('"\\')
