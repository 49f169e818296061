"""Language tags: one canonical spelling (RFC 5646), a name to show, and when two mean the same.

Names of files are loose with languages (`ptbr`, `chs`, `eng`), and many short
words are valid codes of languages nobody meant (`sdh` is Southern Kurdish), so
three-letter codes count only if ISO 639-2 has them.
"""

from functools import lru_cache

from langcodes import Language, find, standardize_tag, tag_is_valid
from langcodes.tag_parser import LanguageTagError

from bbbkeep.captions.iso639 import ISO_639_2
from bbbkeep.errors import CaptionError

_ALIASES = {
    "chs": "zh-Hans",
    "cht": "zh-Hant",
    "zh-cn": "zh-CN",
    "ptbr": "pt-BR",
    "pob": "pt-BR",
    "es-la": "es-419",  # meant as Latin America; LA is Laos
    "en-uk": "en-GB",
}
_NO_LANGUAGE = {"und", "mul", "mis", "zxx", "art", "root"}
_REMEDY = "use a tag such as en, pt-BR or zh-Hans"
_SHORTEST_NAME = 4
_MAX_LENGTH = 35  # RFC 5646, 4.4.1
_UNSAFE = str.maketrans("", "", '"\\<>&\u200e\u200f')
"""BigBlueButton's inbox script writes the label into JSON without escaping it."""


@lru_cache(maxsize=1024)
def canonical(tag: str) -> str:
    """Return the one RFC 5646 spelling of *tag*.

    Raises:
        CaptionError: not a tag of one living language; says what to use.
    """
    plain = tag.strip().replace("_", "-").lower()
    plain = _ALIASES.get(plain, plain)
    if not _is_plausible(plain):
        raise CaptionError(_clip(tag), f"not a language; {_REMEDY}")
    try:
        standard = standardize_tag(plain)
    except LanguageTagError:
        raise CaptionError(_clip(tag), f"not a language tag; {_REMEDY}") from None
    if not tag_is_valid(standard):
        raise CaptionError(_clip(tag), f"no such language; {_REMEDY}")
    if _names_none(standard):
        raise CaptionError(_clip(tag), f"names no one language; {_REMEDY}")
    return standard


def is_language(tag: str) -> bool:
    """Tell whether `canonical` takes *tag*."""
    try:
        canonical(tag)
    except CaptionError:
        return False
    return True


@lru_cache(maxsize=1024)
def named(word: str) -> str | None:
    """Return the tag that a part of a file's name means: a tag, or a language by name (`english`); None: neither.

    Names count only for languages with a two-letter code, because `even` and
    `mono` are languages, too.
    """
    if is_language(word):
        return canonical(word)
    try:
        found = str(find(word)) if _MAX_LENGTH >= len(word) >= _SHORTEST_NAME else ""
    except LookupError:
        return None
    short = len(found.partition("-")[0]) == len("en")
    return canonical(found) if short and is_language(found) else None


def same(one: str, other: str) -> bool:
    """Tell whether both tags mean the same; what is no language tag is compared as written."""
    return _comparable(one) == _comparable(other)


@lru_cache(maxsize=1024)
def label(tag: str) -> str:
    """Return the language's own name for a viewer's menu, without quotes or backslashes.

    English where the language's own data names the place in English.
    """
    language = Language.get(canonical(tag))
    own = language.autonym()
    mixed = language.language != "en" and _is_partly_english(language, own)
    name = (language.display_name() if mixed else own).translate(_UNSAFE).strip()
    return (name[:1].upper() + name[1:]) or canonical(tag)


def _is_plausible(plain: str) -> bool:
    primary = plain.partition("-")[0]
    if not (plain.isascii() and len(plain) <= _MAX_LENGTH and primary.isalpha()):
        return False
    return len(primary) == len("en") or (len(primary) == len("eng") and primary in ISO_639_2)


def _names_none(standard: str) -> bool:
    primary = standard.partition("-")[0]
    return primary in _NO_LANGUAGE or "qaa" <= primary <= "qtz"


def _is_partly_english(language: Language, own: str) -> bool:
    place = language.territory_name() if language.territory else ""
    return bool(place) and place in own and not own.isascii()


def _comparable(tag: str) -> str:
    try:
        return canonical(tag)
    except CaptionError:
        return tag.strip().replace("_", "-").lower()


def _clip(tag: str) -> str:
    return repr(tag[:_MAX_LENGTH])
