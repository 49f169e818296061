"""Faults of whatever lies between a client and the API: proxies, restarts, broken connections."""

from dataclasses import replace

from bbbkeep.standin.answers import Answer, page
from bbbkeep.standin.fault import Fault, Proceed
from bbbkeep.standin.parameters import Call
from bbbkeep.standin.site import Site

_RESTARTING_CALLS = 3
_SLOW_SECONDS = 3.0
_PROXY_SECONDS = 30.0
_DRIP_SECONDS = 1200.0
_DRIPPING_CALL = 3


def _html_page(site: Site, call: Call, proceed: Proceed) -> Answer:  # noqa: ARG001  # the shape of a Meddle
    return page(200, "Welcome to BigBlueButton")


def _timed_out(site: Site, call: Call, proceed: Proceed) -> Answer:  # noqa: ARG001  # same
    """Answer 404, as nginx does when its page for time-outs is missing."""
    if call.name == "getRecordings" and not call.get("recordID") and not call.get("meetingID"):
        return replace(page(404, "Not Found"), after_seconds=_PROXY_SECONDS)
    return proceed(call)


def _bad_gateway(site: Site, call: Call, proceed: Proceed) -> Answer:
    return page(502, "Bad Gateway") if site.turn("http-502") <= _RESTARTING_CALLS else proceed(call)


def _unavailable(site: Site, call: Call, proceed: Proceed) -> Answer:
    busy = site.turn("http-503") % 6 == 0
    return page(503, "Service Temporarily Unavailable", Retry_After="2") if busy else proceed(call)


def _too_many(site: Site, call: Call, proceed: Proceed) -> Answer:
    limited = site.turn("rate-limit") % 5 == 0
    return page(429, "Too Many Requests", Retry_After="1") if limited else proceed(call)


def _slow(site: Site, call: Call, proceed: Proceed) -> Answer:  # noqa: ARG001  # the shape of a Meddle
    answer = proceed(call)
    return replace(answer, after_seconds=answer.after_seconds + _SLOW_SECONDS)


def _dripping(site: Site, call: Call, proceed: Proceed) -> Answer:
    answer = proceed(call)
    if site.turn("drip") != _DRIPPING_CALL:
        return answer
    return replace(answer, body=answer.whole(), rest=None, drip_seconds=_DRIP_SECONDS)


def _cut_mid_body(site: Site, call: Call, proceed: Proceed) -> Answer:
    answer = proceed(call)
    if site.turn("reset") % 4:
        return answer
    body = answer.whole()
    return replace(answer, body=body, rest=None, cut=len(body) // 2)


def _empty(site: Site, call: Call, proceed: Proceed) -> Answer:
    answer = proceed(call)
    return answer if site.turn("empty-body") % 4 else replace(answer, body=b"", rest=None)


def _wrong_clock(site: Site, call: Call, proceed: Proceed) -> Answer:  # noqa: ARG001  # the shape of a Meddle
    return replace(proceed(call), clock_off_days=-3)


TRANSPORT_FAULTS = {
    "slow": Fault("each answer takes 3 seconds", _slow),
    "drip": Fault("the 3rd answer drips in over 20 minutes", _dripping),
    "wrong-clock": Fault("the Date of each answer is 3 days behind", _wrong_clock),
    "html": Fault("a 200 HTML page in place of every answer", _html_page),
    "http-404": Fault("a listing without IDs gets 404 HTML after 30 seconds", _timed_out),
    "http-502": Fault("the first 3 calls get 502 HTML", _bad_gateway),
    "http-503": Fault("every 6th call gets 503 HTML with Retry-After: 2", _unavailable),
    "rate-limit": Fault("every 5th call gets 429 with Retry-After: 1", _too_many),
    "reset": Fault("every 4th answer breaks off in the middle", _cut_mid_body),
    "empty-body": Fault("every 4th answer is 200 without a body", _empty),
}
"""Name of a fault -> what it does."""
