"""Apply metadata sheets, a chunk of recordings at a time."""

from collections.abc import Sequence
from pathlib import Path

from prefect import task
from prefect.cache_policies import NO_CACHE

from bbbkeep.operations import metadata as operations
from bbbkeep.operations.chunks import PlanRef
from bbbkeep.operations.night import Night
from bbbkeep.operations.sheets import sheets_in
from bbbkeep.plans.run import RunRef
from bbbkeep.selection import Selection
from bbbkeep.site import SiteRef, open_site
from tasks.at_work import at_work


@task(persist_result=False, cache_policy=NO_CACHE)
def waiting_sheets(ref: SiteRef, night: Night) -> list[Path]:
    """Name the sheets in the drop folder."""
    with at_work(ref, night) as site:
        return sheets_in(site.server.sheets_dir)


@task(persist_result=False, cache_policy=NO_CACHE)
def plan_sheet(ref: SiteRef, night: Night, sheet: Path, selection: Selection) -> PlanRef:
    """Plan one sheet."""
    with at_work(ref, night) as site:
        return operations.plan_sheet(site, sheet, selection, now=night.now)


@task(persist_result=False, cache_policy=NO_CACHE)
def begin_sheet(ref: SiteRef, night: Night, plan: PlanRef) -> RunRef:
    """Begin to write what the plan holds."""
    with at_work(ref, night) as site:
        return operations.begin_sheet(site, plan, now=night.now, token=night.token)


@task(persist_result=False, cache_policy=NO_CACHE)
def write_chunk(ref: SiteRef, run: RunRef, numbers: Sequence[int]) -> int:
    """Write one chunk and read it back."""
    with open_site(ref) as site:
        return len(operations.apply_chunk(site, run, numbers))


@task(persist_result=False, cache_policy=NO_CACHE)
def finish_sheet(ref: SiteRef, run: RunRef, sheet: Path) -> int:
    """Account for every row, and move a finished sheet aside; return how many rows are not tried again."""
    with open_site(ref) as site:
        operations.finish_sheet(site, run, sheet)
        return operations.given_up(site, run)
