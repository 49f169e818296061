"""Plan what the policy says, and carry it out a chunk at a time."""

from collections.abc import Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE

from bbbkeep.operations import retention as operations
from bbbkeep.operations.chunks import PlanRef, refer
from bbbkeep.operations.empty_plans import take_note
from bbbkeep.operations.night import Night
from bbbkeep.operations.owner_notices import Told
from bbbkeep.operations.owner_notices import tell_owners as tell
from bbbkeep.operations.retention import Readiness
from bbbkeep.plans.finish import finish
from bbbkeep.plans.run import RunRef
from bbbkeep.selection import Selection
from bbbkeep.site import SiteRef, open_site
from tasks.at_work import at_work


@task(persist_result=False, cache_policy=NO_CACHE)
def tell_owners(ref: SiteRef, night: Night) -> Told:
    """Tell owners what goes soon; nobody where no policy is configured."""
    with at_work(ref, night) as site:
        return tell(site, operations.policy_of(site), now=night.now)


@task(persist_result=False, cache_policy=NO_CACHE)
def plan_retention(ref: SiteRef, night: Night, selection: Selection) -> tuple[PlanRef, Readiness] | None:
    """Judge the inventory and plan what is due; None where no policy is configured."""
    with at_work(ref, night) as site:
        if site.server.policy is None:
            return None
        plan = refer(operations.plan_retention(site, site.server.policy, selection, now=night.now))
        take_note(site, plan)
        return plan, operations.readiness(site, plan)


@task(persist_result=False, cache_policy=NO_CACHE)
def begin_retention(ref: SiteRef, night: Night, plan: PlanRef) -> RunRef:
    """Check the guards once more and begin."""
    with at_work(ref, night) as site:
        policy = operations.policy_path(site, None)
        return operations.begin_retention(site, plan, policy, now=night.now, token=night.token)


@task(persist_result=False, cache_policy=NO_CACHE)
def retain_chunk(ref: SiteRef, night: Night, run: RunRef, numbers: Sequence[int]) -> int:
    """Carry out one chunk and read it back."""
    with at_work(ref, night) as site:
        policy = operations.policy_path(site, None)
        return len(operations.retain_chunk(site, run, policy, numbers, now=night.now))


@task(persist_result=False, cache_policy=NO_CACHE)
def finish_retention(ref: SiteRef, run: RunRef) -> int:
    """End the run."""
    with open_site(ref) as site:
        return len(finish(site, run, now=site.clock.now()))
