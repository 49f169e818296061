"""publishRecordings, deleteRecordings, updateRecordings of Scalelite, bbb-recording-api and BBBLB.

All take whole record IDs only. What they do to one they know differs, and
so does what they say of one they don't.
"""

from collections.abc import Callable

from bbbkeep.standin.answers import Answer
from bbbkeep.standin.checks import refusal, unknown_recording
from bbbkeep.standin.parameters import Call
from bbbkeep.standin.site import Site
from bbbkeep.standin.store import EMPTIED
from bbbkeep.standin.style import Element

_LIVE = ("published", "unpublished")
_OWN_KEYS = "meta_bbblb-"


def _wants_publishing(call: Call) -> bool:
    """Take only `true`, in any letter case, for true."""
    return call.get("publish").strip().lower() == "true"


def _known(site: Site, call: Call, *states: str) -> list[str]:
    """List the record IDs of the call that are there, in one of *states* if any are given."""
    named = site.dialect.listing.ids(call.get("recordID"))
    rows = site.state.spelled(named, any_case=False)
    return list(dict.fromkeys(record_id for record_id, state in rows if not states or state in states))


def _word(claim: bool) -> str:
    return "true" if claim else "false"


def _updated(site: Site, claim: bool) -> Answer:
    return site.dialect.style.success(Element("updated", _word(claim)))


def scalelite_publish(site: Site, call: Call) -> Answer:
    """Publish or unpublish those that are one or the other."""
    state = _new_state(call)
    said = _word(_wants_publishing(call))
    return _published(site, call, lambda record_id: site.state.set_state(record_id, state), said, *_LIVE)


def recording_api_publish(site: Site, call: Call) -> Answer:
    """Turn `<published>` alone; the state stays, and only one in the state published is found."""
    wanted = _wants_publishing(call)
    return _published(
        site,
        call,
        lambda record_id: site.state.alter(record_id, published=wanted),
        _word(wanted),
        "published",
    )


def bbblb_publish(site: Site, call: Call) -> Answer:
    """Publish or unpublish, and answer with the new state in place of true or false."""
    state = _new_state(call)
    return _published(site, call, lambda record_id: site.state.set_state(record_id, state), state)


def _published(site: Site, call: Call, effect: Callable[[str], None], said: str, *states: str) -> Answer:
    refused = refusal(site, call, "recordID", "publish")
    if refused is not None:
        return refused
    with site.state.lock:
        known = _known(site, call, *states)
        if not known:
            return unknown_recording(site)
        for record_id in known:
            effect(record_id)
    return site.dialect.style.success(Element("published", said))


def _new_state(call: Call) -> str:
    return "published" if _wants_publishing(call) else "unpublished"


def scalelite_delete(site: Site, call: Call) -> Answer:
    """Empty the rows and leave them as deleted, where they are found again."""
    refused = refusal(site, call, "recordID")
    if refused is not None:
        return refused
    with site.state.lock:
        known = _known(site, call)
        if not known:
            return unknown_recording(site)
        for record_id in known:
            site.state.alter(record_id, **EMPTIED)
    return site.dialect.style.success(Element("deleted", "true"))


def bbblb_delete(site: Site, call: Call) -> Answer:
    """Forget recordings entirely; one that is unknown is deleted just as well."""
    refused = refusal(site, call, "recordID")
    if refused is not None:
        return refused
    for record_id in _known(site, call):
        site.state.delete_row(record_id)
    return site.dialect.style.success(Element("deleted", "true"))


def scalelite_update(site: Site, call: Call) -> Answer:
    """Change all that are named, or none where one is unknown or named twice; keys in lower case."""
    refused = refusal(site, call, "recordID")
    if refused is not None:
        return refused
    changes = {key.lower(): value for key, value in _metadata(call).items()}
    with site.state.lock:
        known = _known(site, call)
        complete = len(known) == len(site.dialect.listing.ids(call.get("recordID")))
        protection = call.get("protect").lower()
        if not complete or not (changes or protection in ("true", "false")):
            return _updated(site, False)
        _store(site, known, changes)
        if protection in ("true", "false"):
            site.state.alter(known[0], protected=protection == "true")
    return _updated(site, True)


def recording_api_update(site: Site, call: Call) -> Answer:
    """Change those that are known, keys as spelled; it is true also of one that is unknown."""
    refused = refusal(site, call, "recordID")
    if refused is not None:
        return refused
    changes = _metadata(call)
    if changes:
        _store(site, _known(site, call), changes)
    return _updated(site, bool(changes))


def bbblb_update(site: Site, call: Call) -> Answer:
    """Store nothing: the column's mutation is not tracked. It is true all the same of one that is known."""
    refused = refusal(site, call, "recordID")
    if refused is not None:
        return refused
    changes = [
        name for name in call.parameters if name.startswith("meta_") and not name.startswith(_OWN_KEYS)
    ]
    return _updated(site, bool(changes and _known(site, call)))


def _metadata(call: Call) -> dict[str, str]:
    """Collect what is to be set; a blank value, which removes the key, is empty."""
    pairs = ((name, value) for name, value in call.parameters.items() if name.startswith("meta_"))
    return {name[5:]: value if value.strip() else "" for name, value in pairs}


def _store(site: Site, record_ids: list[str], changes: dict[str, str]) -> None:
    for record_id in record_ids:
        site.state.set_metadata(record_id, changes)
