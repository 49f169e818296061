"""publishRecordings, deleteRecordings, updateRecordings: SUCCESS as soon as one ID is known.

The order of checks is BigBlueButton's: a checksum must be there, then the
parameters, and only then is the checksum verified.
"""

import re
from collections.abc import Callable

from bbbkeep.standin.answers import Answer, checksum_error, failed_xml, server_error, xml
from bbbkeep.standin.document import escape
from bbbkeep.standin.parameters import Call, StrayPercentError, ids
from bbbkeep.standin.site import Site

_LIVE = ("published", "unpublished")
_KEY = re.compile(r"meta_[a-zA-Z][a-zA-Z0-9-]*")
_TRUE = frozenset({"true", "y", "1"})


def publish_recordings(site: Site, call: Call) -> Answer:
    """Publish, or for anything that Groovy's toBoolean takes for false, unpublish."""
    refusal = _refusal(site, call, "publish")
    if refusal is not None:
        return refusal
    state = "published" if call.get("publish").lower() in _TRUE else "unpublished"
    answer = xml(f"<published>{escape(call.get('publish'))}</published>")
    return _applied(site, call, answer, lambda names: _move(site, names, state))


def delete_recordings(site: Site, call: Call) -> Answer:
    """Move recordings to the deleted ones; processing ones are not found."""
    refusal = _refusal(site, call)
    if refusal is not None:
        return refusal
    answer = xml("<deleted>true</deleted>")
    return _applied(site, call, answer, lambda names: _move(site, names, "deleted"))


def update_recordings(site: Site, call: Call) -> Answer:
    """Change metadata of every recording whose ID begins with one of those given."""
    refusal = _refusal(site, call)
    if refusal is not None:
        return refusal
    changes = {name[5:].lower(): value for name, value in call.parameters.items() if _KEY.fullmatch(name)}
    answer = xml("<updated>true</updated>")
    return _applied(site, call, answer, lambda names: _edit(site, names, changes))


def _refusal(site: Site, call: Call, *required: str) -> Answer | None:
    if not call.get("checksum"):
        return checksum_error()
    if not call.get("recordID"):
        return failed_xml("missingParamRecordID", "You must specify a recordID.")
    if "publish" in required and not call.get("publish"):
        return failed_xml("missingParamPublish", "You must specify a publish value true or false.")
    return None if site.accepts(call) else checksum_error()


def _applied(site: Site, call: Call, answer: Answer, effect: Callable[[list[str]], None]) -> Answer:
    """Run *effect* on the IDs if one of them, exactly as spelled, is published or unpublished."""
    try:
        names = ids(call.get("recordID"))
    except StrayPercentError:
        return server_error()
    with site.state.lock:
        if not any(state in _LIVE for _, state in site.state.spelled(names, any_case=False)):
            return failed_xml("notFound", "We could not find recordings")
        effect(names)
    return answer


def _move(site: Site, names: list[str], state: str) -> None:
    for record_id, before in site.state.spelled(names, any_case=True):
        if before in _LIVE and before != state:
            site.state.set_state(record_id, state)


def _edit(site: Site, prefixes: list[str], changes: dict[str, str]) -> None:
    """Write metadata; a recording without any is skipped silently, as its `<meta>` is not there to be edited."""
    for record_id, metadata in list(site.state.select(prefixes, (*_LIVE, "deleted"))):
        if metadata != "{}":
            site.state.set_metadata(record_id, changes)
