"""Begin and end a run over one server."""

from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE

from bbbkeep.operations import expiring, resuming
from bbbkeep.operations import night as operations
from bbbkeep.operations.night import Night
from bbbkeep.operations.summary import Summary
from bbbkeep.site import SiteRef, open_site
from tasks.at_work import at_work


@task(persist_result=False, cache_policy=NO_CACHE)
def begin_night(ref: SiteRef, command: str, now: datetime) -> Night:
    """Check what is configured and take the lease."""
    with open_site(ref) as site:
        return operations.begin_night(site, command=command, now=now)


@task(persist_result=False, cache_policy=NO_CACHE)
def go_on(ref: SiteRef, night: Night) -> list[str]:
    """Go on with what something broke off since the last night."""
    with at_work(ref, night) as site:
        return resuming.go_on_tonight(site, now=night.now, token=night.token)


@task(persist_result=False, cache_policy=NO_CACHE)
def expire(ref: SiteRef, night: Night) -> int:
    """Erase what is kept for a while only; return how many things."""
    with at_work(ref, night) as site:
        gone = expiring.expire(site, now=night.now)
        return gone.before_images + gone.archived + gone.names + gone.plans + gone.values


@task(persist_result=False, cache_policy=NO_CACHE)
def reread_changed(ref: SiteRef, night: Night) -> int:
    """Bring the inventory up to date with what this run changed."""
    with at_work(ref, night) as site:
        return operations.reread_changed(site, night)


@task(persist_result=False, cache_policy=NO_CACHE)
def end_night(ref: SiteRef, night: Night, summary: Summary) -> Summary:
    """Give the lease back and say what the run came to."""
    with open_site(ref) as site:
        return operations.end_night(site, night, summary)
