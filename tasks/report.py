"""Write the reports."""

from collections.abc import Sequence
from datetime import datetime

from prefect import task
from prefect.cache_policies import NO_CACHE

from bbbkeep.operations.report import Reports, write_reports
from bbbkeep.selection import Selection
from bbbkeep.site import SiteRef, open_site


@task(persist_result=False, cache_policy=NO_CACHE)
def write_report(ref: SiteRef, since: datetime, waiting: Sequence[str], selection: Selection) -> Reports:
    """Write inventory.csv of what was selected, and report.html of what happened from *since* on."""
    with open_site(ref) as site:
        return write_reports(site, now=since, since=since, waiting=tuple(waiting), selection=selection)
