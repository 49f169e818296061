"""What a call that writes recordings must bring, asked in the order of each kind of server."""

from bbbkeep.standin.answers import Answer
from bbbkeep.standin.parameters import Call
from bbbkeep.standin.site import Site


def refusal(site: Site, call: Call, *required: str) -> Answer | None:
    """Refuse a call with a wrong checksum, or without a parameter.

    BigBlueButton wants a checksum to be there, then the parameters, and
    only then verifies it; the others verify first.
    """
    words, style = site.dialect.words, site.dialect.style
    unsigned = site.refusal(call)
    if unsigned is not None and not (words.missing_first and call.get("checksum")):
        return unsigned
    for name in required:
        if not call.get(name):
            return style.failed(*words.missing[name])
    return unsigned


def unknown_recording(site: Site) -> Answer:
    """Refuse a call that names no recording there is."""
    return site.dialect.style.failed("notFound", site.dialect.words.unknown_recording)
