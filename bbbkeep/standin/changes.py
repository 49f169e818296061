"""publishRecordings, deleteRecordings, updateRecordings of BigBlueButton: SUCCESS as soon as one ID is known."""

import re
from collections.abc import Callable

from bbbkeep.standin.answers import Answer, server_error
from bbbkeep.standin.checks import refusal, unknown_recording
from bbbkeep.standin.parameters import Call, StrayPercentError, ids
from bbbkeep.standin.site import Site
from bbbkeep.standin.style import Element

_LIVE = ("published", "unpublished")
_KEY = re.compile(r"meta_[a-zA-Z][a-zA-Z0-9-]*")
_TRUE = frozenset({"true", "y", "1"})  # Groovy's toBoolean


def publish_recordings(site: Site, call: Call) -> Answer:
    """Publish, or for anything that Groovy's toBoolean takes for false, unpublish."""
    refused = refusal(site, call, "recordID", "publish")
    if refused is not None:
        return refused
    state = "published" if call.get("publish").lower() in _TRUE else "unpublished"
    answer = site.dialect.style.success(Element("published", call.get("publish")))
    return _applied(site, call, answer, lambda names: _move(site, names, state))


def delete_recordings(site: Site, call: Call) -> Answer:
    """Move recordings to the deleted ones; processing ones are not found."""
    refused = refusal(site, call, "recordID")
    if refused is not None:
        return refused
    answer = site.dialect.style.success(Element("deleted", "true"))
    return _applied(site, call, answer, lambda names: _move(site, names, "deleted"))


def update_recordings(site: Site, call: Call) -> Answer:
    """Change metadata of every recording whose ID begins with one of those given."""
    refused = refusal(site, call, "recordID")
    if refused is not None:
        return refused
    changes = {name[5:].lower(): value for name, value in call.parameters.items() if _KEY.fullmatch(name)}
    answer = site.dialect.style.success(Element("updated", "true"))
    return _applied(site, call, answer, lambda names: _edit(site, names, changes))


def _applied(site: Site, call: Call, answer: Answer, effect: Callable[[list[str]], None]) -> Answer:
    """Run *effect* on the IDs if one of them, exactly as spelled, is published or unpublished."""
    try:
        names = ids(call.get("recordID"))
    except StrayPercentError:
        return server_error()
    with site.state.lock:
        if not any(state in _LIVE for _, state in site.state.spelled(names, any_case=False)):
            return unknown_recording(site)
        effect(names)
    return answer


def _move(site: Site, names: list[str], state: str) -> None:
    for record_id, before in site.state.spelled(names, any_case=True):
        if before in _LIVE and before != state:
            site.state.set_state(record_id, state)


def _edit(site: Site, prefixes: list[str], changes: dict[str, str]) -> None:
    """Write metadata; a recording without any is skipped silently, as its `<meta>` is not there to be edited."""
    for found in site.state.select(prefixes, (*_LIVE, "deleted")):
        if found.metadata != "{}":
            site.state.set_metadata(found.record_id, changes)
