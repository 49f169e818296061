"""The index, and the calls for running meetings."""

from bbbkeep.standin.answers import Answer
from bbbkeep.standin.parameters import Call
from bbbkeep.standin.site import Site
from bbbkeep.standin.style import Element


def bbb_index(site: Site, call: Call) -> Answer:  # noqa: ARG001  # the shape of an operation
    """Tell the versions, to anybody."""
    return site.dialect.style.success(
        Element("version", "2.0"), Element("apiVersion", "2.0"), Element("bbbVersion", site.dialect.version)
    )


def short_index(site: Site, call: Call) -> Answer:  # noqa: ARG001  # same
    """Tell the version of the API only, as an early BigBlueButton and Scalelite."""
    return site.dialect.style.success(Element("version", "2.0"), declared=True)


def bbblb_index(site: Site, call: Call) -> Answer:  # noqa: ARG001  # same
    """Tell who it is, as BBBLB."""
    info = "Served by BBBLB (AGPL-3, https://github.com/defnull/bbblb)"
    return site.dialect.style.success(Element("version", "2.0"), Element("info", info))


def get_meetings(site: Site, call: Call) -> Answer:
    """List running meetings."""
    flaw = site.flaw(call)
    if flaw is not None:
        return site.dialect.style.failed("checksumError", "Checksums do not match")
    return site.dialect.style.success(
        Element("meetings", ()),
        Element("messageKey", "noMeetings"),
        Element("message", "no meetings were found on this server"),
    )
