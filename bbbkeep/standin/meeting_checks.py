"""What a call for a meeting must bring: a checksum, a body of a known type, a meeting ID."""

from urllib.parse import quote_plus

from bbbkeep.standin.answers import Answer
from bbbkeep.standin.checksum import Flaw
from bbbkeep.standin.meeting import Meeting
from bbbkeep.standin.parameters import Call, parse
from bbbkeep.standin.site import Site

_FORM = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
_XML = frozenset({"application/xml", "text/xml"})
_TYPES = {"create": _FORM | _XML, "insertDocument": _XML}
_MEETING_ID_LENGTHS = range(2, 257)


def refusal(site: Site, call: Call) -> Answer | None:
    """Refuse a call by its checksum or the type of its body."""
    rules, style = site.dialect.meetings, site.dialect.style
    flaw = _flaw(site, call)
    if flaw is not None:
        return style.failed("checksumError", rules.checksum[flaw])
    if rules.types_checked and call.body and call.media_type not in _TYPES.get(call.name, _FORM):
        return style.failed("unsupportedContentType", "POST request Content-Type is missing or unsupported")
    return None


def _flaw(site: Site, call: Call) -> Flaw | None:
    """Verify the checksum, from BigBlueButton 2.4 on over a form's sorted fields, if there is no query."""
    if not site.dialect.meetings.form_signed or not call.form:
        return site.flaw(call)
    if call.raw_query:
        return "wrong"
    return site.dialect.checksums.flaw(call.name, _sorted(call.form), call.get("checksum"), site.secret)


def _sorted(form: str) -> str:
    """Put a form's fields in order, their values encoded as Java's URLEncoder does."""
    fields = parse(form, tidied=False)
    return "&".join(f"{name}={_encoded(fields[name])}" for name in sorted(fields) if name != "checksum")


def _encoded(value: str) -> str:
    return quote_plus(value, safe="*").replace("~", "%7E")


def named(site: Site, call: Call) -> Answer | None:
    """Refuse a call without a meeting ID, or with one that can't be."""
    style, meeting_id = site.dialect.style, call.get("meetingID")
    if not meeting_id:
        return style.failed("missingParamMeetingID", "You must provide a meeting ID")
    if len(meeting_id) not in _MEETING_ID_LENGTHS:
        return style.failed("sizeError", "Meeting ID must be between 2 and 256 characters")
    if "," in meeting_id:
        return style.failed("validationError", "Meeting ID cannot contain ','")
    return None


def found(site: Site, call: Call) -> Meeting | Answer:
    """Find the meeting that a call names, or refuse the call."""
    refused = refusal(site, call) or named(site, call)
    if refused is not None:
        return refused
    message = "We could not find a meeting with that meeting ID - perhaps the meeting is not yet running?"
    return site.meetings.get(call.get("meetingID")) or site.dialect.style.failed("notFound", message)
