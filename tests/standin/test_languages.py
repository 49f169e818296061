"""Which language tags an upload may carry."""

import pytest

from bbbkeep.standin.languages import underscore_tag


@pytest.mark.parametrize(
    ("lang", "tag"),
    [
        ("en", "en"),
        ("en_US", "en-US"),
        ("pt_BR", "pt-BR"),
        ("iw", "he"),
        ("id", "id"),
        ("xx", "xx"),
        ("de_AT_x", "de-AT-x-lvariant-x"),
        ("en-US", None),
        ("EN", None),
        ("en_us", None),
        ("zh-Hans", None),
        ("zh_Hans", None),
        ("sr_Latn", None),
        ("fil", None),
        ("und", None),
        ("", None),
        ("en_", None),
        ("e", None),
    ],
)
def test_a_language_is_read_as_java_reads_a_locale(lang: str, tag: str | None) -> None:
    assert underscore_tag(lang) == tag
