"""Which `lang` an upload may carry, how it is listed, and the label it gets by default."""

import re

_JAVA_LOCALE = re.compile(r"([a-z]{2})(?:_([A-Z]{2})?(?:_(.+))?)?", re.DOTALL)
_RENAMED = {"iw": "he", "in": "id", "ji": "yi"}
_WELL_FORMED_VARIANT = re.compile(r"[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}")
_SUBTAG = re.compile(r"[A-Za-z0-9]{1,8}")
_REGION, _SCRIPT = 2, 4
_NAMES = {
    "ar": "Arabic",
    "cs": "Czech",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "he": "Hebrew",
    "it": "Italian",
    "ja": "Japanese",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "tr": "Turkish",
    "zh": "Chinese",
}


def underscore_tag(lang: str) -> str | None:
    """Read *lang* as commons-lang's LocaleUtils.toLocale does; return the tag it is listed under.

    `en_US` is read and listed as `en-US`; `en-US` itself, scripts and
    three-letter languages are refused (None).
    """
    found = _JAVA_LOCALE.fullmatch(lang)
    if found is None or lang.endswith("_"):
        return None
    language, region, variant = found.groups()
    parts = [_RENAMED.get(language, language), region, _variant(variant) if variant else None]
    return "-".join(part for part in parts if part)


def hyphen_tag(lang: str) -> str | None:
    """Read *lang* as an early BigBlueButton 2.2 does, by Java's Locale.LanguageRange.

    Any well-formed tag passes, scripts and three-letter languages too; an
    underscore is refused (None). Letter case is put right.
    """
    subtags = lang.split("-")
    if not _LANGUAGE.fullmatch(subtags[0]) or not all(_SUBTAG.fullmatch(one) for one in subtags[1:]):
        return None
    language = subtags[0].lower()
    return "-".join([_RENAMED.get(language, language), *(_spelled(one) for one in subtags[1:])])


def _spelled(subtag: str) -> str:
    if subtag.isalpha() and len(subtag) in (_REGION, _SCRIPT):
        return subtag.upper() if len(subtag) == _REGION else subtag.title()
    return subtag.lower()


def _variant(variant: str) -> str:
    well_formed = all(_WELL_FORMED_VARIANT.fullmatch(part) for part in variant.split("_"))
    return ("" if well_formed else "x-lvariant-") + variant.replace("_", "-")


def the_tag_itself(tag: str) -> str:
    """Label a track with its language tag."""
    return tag


def default_label(tag: str) -> str:
    """Name the language alone, as Java's Locale.getDisplayLanguage does on an English server."""
    language = tag.partition("-")[0]
    return _NAMES.get(language, language)
