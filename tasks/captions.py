"""Convert caption files and upload them, a chunk at a time; ask which text tracks there are."""

from collections.abc import Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE

from bbbkeep.operations import asking
from bbbkeep.operations import captions as operations
from bbbkeep.operations.asking import Asked
from bbbkeep.operations.caption_files import Prepared, file_away_done, prepare
from bbbkeep.operations.caption_folder import CaptionFile, waiting_files
from bbbkeep.operations.chunks import PlanRef
from bbbkeep.operations.night import Night
from bbbkeep.operations.settle import look_again
from bbbkeep.plans.finish import finish
from bbbkeep.plans.run import RunRef
from bbbkeep.selection import Selection
from bbbkeep.site import SiteRef, open_site
from tasks.at_work import at_work


@task(persist_result=False, cache_policy=NO_CACHE)
def waiting_captions(ref: SiteRef, night: Night) -> list[CaptionFile]:
    """Look at what earlier nights left open, then name the files in the drop folder."""
    with at_work(ref, night) as site:
        look_again(site)
        return waiting_files(site)


@task(persist_result=False, cache_policy=NO_CACHE)
def convert_chunk(ref: SiteRef, night: Night, files: Sequence[CaptionFile]) -> list[Prepared]:
    """Convert one chunk of files into the spool."""
    with at_work(ref, night) as site:
        return prepare(site, files)


@task(persist_result=False, cache_policy=NO_CACHE)
def plan_captions(ref: SiteRef, night: Night, prepared: Sequence[Prepared], selection: Selection) -> PlanRef:
    """Plan the uploads."""
    with at_work(ref, night) as site:
        return operations.plan_captions(site, prepared, selection, now=night.now)


@task(persist_result=False, cache_policy=NO_CACHE)
def begin_captions(ref: SiteRef, night: Night, plan: PlanRef) -> RunRef:
    """Begin to send what the plan holds."""
    with at_work(ref, night) as site:
        return operations.begin_captions(site, plan, now=night.now, token=night.token)


@task(persist_result=False, cache_policy=NO_CACHE)
def send_chunk(ref: SiteRef, night: Night, run: RunRef, numbers: Sequence[int]) -> int:
    """Send one chunk."""
    with at_work(ref, night) as site:
        return len(operations.send_chunk(site, run, numbers, now=night.now))


@task(persist_result=False, cache_policy=NO_CACHE)
def finish_captions(ref: SiteRef, night: Night, run: RunRef) -> int:
    """Wait until the server shows the tracks, compare their cues, and end the run."""
    with at_work(ref, night) as site:
        return len(operations.finish_captions(site, run, now=night.now))


@task(persist_result=False, cache_policy=NO_CACHE)
def break_off(ref: SiteRef, run: RunRef) -> int:
    """End a run that something stopped: what was sent is unverified, what was not is skipped."""
    with open_site(ref) as site:
        return len(finish(site, run, now=site.clock.now()))


@task(persist_result=False, cache_policy=NO_CACHE)
def file_away(ref: SiteRef, night: Night, prepared: Sequence[Prepared]) -> int:
    """Move the files that are on their recordings out of the drop folder."""
    with at_work(ref, night) as site:
        return file_away_done(site, prepared)


@task(persist_result=False, cache_policy=NO_CACHE)
def tracks_to_ask(ref: SiteRef, night: Night) -> list[str]:
    """Choose the recordings to ask about this night."""
    with at_work(ref, night) as site:
        return asking.to_ask(site, now=night.now)


@task(persist_result=False, cache_policy=NO_CACHE)
def ask_chunk(ref: SiteRef, night: Night, record_ids: Sequence[str]) -> Asked:
    """Ask about one chunk of recordings."""
    with at_work(ref, night) as site:
        return asking.ask_chunk(site, record_ids)
