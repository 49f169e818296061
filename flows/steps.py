"""The steps of a night; each is a checklist over tasks.

A step raises where the steps behind it can't go on: without a sweep, or a look
at what this night changed, retention must not judge.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from prefect.logging import get_run_logger

from bbbkeep.clock import SystemClock
from bbbkeep.errors import (
    BbbAuthError,
    BbbUnavailableError,
    BbbUnsupportedError,
    HoldListError,
    KeepError,
    LeaseHeldError,
    LedgerError,
)
from bbbkeep.operations.caption_files import Prepared
from bbbkeep.operations.caption_folder import CaptionFile
from bbbkeep.operations.chunks import SIZE, PlanRef, cut
from bbbkeep.operations.night import Night
from bbbkeep.operations.owner_notices import UNSENT
from bbbkeep.operations.progress import PROGRESS, Progress
from bbbkeep.operations.summary import Problem, Summary
from bbbkeep.selection import Selection
from bbbkeep.site import SiteRef
from tasks import captions, inventory, metadata, night, report, retention

PROBLEMS_SHOWN = 10
ENDS_THE_RUN = (BbbAuthError, BbbUnavailableError, LeaseHeldError, LedgerError)


def sweep(ref: SiteRef, running: Night, summary: Summary, asked: Selection) -> None:  # noqa: ARG001  # a step takes all four
    """List the server, slice by slice, and seal what was seen."""
    begun = inventory.begin_sweep(ref, running)
    results = [
        result for one in begun.left for result in inventory.sweep_slice(ref, running, begun.sweep_id, one)
    ]
    sealed = inventory.end_sweep(ref, running, begun, results)
    summary.recordings, summary.complete = sealed.count, sealed.status == "complete"
    summary.sweep = f"{sealed.count} recordings, {sealed.status}" + (
        f": {sealed.because}" if sealed.because else ""
    )
    if not summary.complete:
        summary.problems.append(Problem("sweep", f"incomplete: {sealed.because}", 6))
    summary.problems += [Problem("sweep", one, 0) for one in inventory.sweep_remarks(ref, running, sealed)]


def go_on(ref: SiteRef, running: Night, summary: Summary, asked: Selection) -> None:  # noqa: ARG001  # same
    """Go on with what something broke off since the last night."""
    with _going_on(summary, "resume"):
        summary.problems += [Problem("resume", one, 0) for one in night.go_on(ref, running)]


def correct_metadata(ref: SiteRef, running: Night, summary: Summary, asked: Selection) -> None:
    """Apply each sheet of the drop folder; retention waits for those that can't be taken up."""
    with _going_on(summary, "metadata"):
        for sheet in metadata.waiting_sheets(ref, running):
            with _going_on(summary, "metadata"):
                _apply_sheet(ref, running, summary, sheet, asked)


def _apply_sheet(ref: SiteRef, running: Night, summary: Summary, sheet: Path, asked: Selection) -> None:
    summary.unread.append(sheet.name)
    plan = metadata.plan_sheet(ref, running, sheet, asked)
    summary.note(sheet.name, plan)
    run = metadata.begin_sheet(ref, running, plan)
    summary.unread.remove(sheet.name)
    try:
        for numbers in plan.chunks():
            metadata.write_chunk(ref, run, numbers)
    finally:
        summary.leave(sheet.name, metadata.finish_sheet(ref, run, sheet))


def upload_captions(ref: SiteRef, running: Night, summary: Summary, asked: Selection) -> None:
    """Convert and upload the caption files of the drop folder; those that are done leave it."""
    with _going_on(summary, "captions"):
        prepared = _converted(ref, running, captions.waiting_captions(ref, running))
        try:
            _upload(ref, running, summary, captions.plan_captions(ref, running, prepared, asked))
        finally:
            captions.file_away(ref, running, prepared)


def _upload(ref: SiteRef, running: Night, summary: Summary, plan: PlanRef) -> None:
    summary.note("captions", plan)
    if not plan.items:
        return
    run = captions.begin_captions(ref, running, plan)
    progress = Progress("captions sent", plan.items, SystemClock().now())
    try:
        for numbers in plan.chunks():
            captions.send_chunk(ref, running, run, numbers)
            _tell(progress.line(numbers[-1], SystemClock().now()))
        _tell("captions sent; waiting until the server shows the last of them")
        captions.finish_captions(ref, running, run)
    except BaseException:
        with suppress(KeepError):
            captions.break_off(ref, run)
        raise


def _converted(ref: SiteRef, running: Night, files: Sequence[CaptionFile]) -> list[Prepared]:
    """Convert the files, as many chunks at a time as the flow has threads."""
    progress = Progress("caption files converted", len(files), SystemClock().now())
    chunks = [captions.convert_chunk.submit(ref, running, chunk) for chunk in cut(files)]
    for number, chunk in enumerate(chunks, 1):
        chunk.wait()  # for all of them, also where one fails: nothing works on once the step is over
        _tell(progress.line(min(number * SIZE, len(files)), SystemClock().now()))
    return [one for chunk in chunks for one in chunk.result()]


def ask_about_tracks(ref: SiteRef, running: Night, summary: Summary, asked: Selection) -> None:  # noqa: ARG001  # same
    """Ask which text tracks there are: of new and changed recordings, and of a share of all others."""
    with _going_on(summary, "text tracks"), _without_text_tracks(summary):
        asking = captions.tracks_to_ask(ref, running)
        progress = Progress("recordings asked for their text tracks", len(asking), SystemClock().now())
        for number, record_ids in enumerate(cut(asking)):
            if number:  # a few are nothing to wait for
                _tell(progress.line(number * SIZE, SystemClock().now()))
            told = captions.ask_chunk(ref, running, record_ids)
            if told.failed:
                summary.problems.append(Problem("text tracks", f"{told.failed} not told: {told.problem}", 0))


def reread_changed(ref: SiteRef, running: Night, summary: Summary, asked: Selection) -> None:  # noqa: ARG001  # same
    """Look again at what this night changed: retention judges what is there now."""
    night.reread_changed(ref, running)


def tell_owners(ref: SiteRef, running: Night, summary: Summary, asked: Selection) -> None:  # noqa: ARG001  # same
    """Tell owners what goes soon; what they could not be told of stays."""
    with _going_on(summary, "owner notices"):
        told = retention.tell_owners(ref, running)
        summary.waiting += [told.waiting] if told.waiting else []
        summary.problems += [Problem("owner notices", one, UNSENT) for one in told.problems[:PROBLEMS_SHOWN]]


def apply_retention(ref: SiteRef, running: Night, summary: Summary, asked: Selection) -> None:
    """Carry out what the policy says, where it was approved, no guard trips, and every hold could be read."""
    planned = retention.plan_retention(ref, running, asked)
    if planned is None:
        return
    plan, readiness = planned
    summary.note("retention", plan)
    if not readiness.ready:
        summary.waiting += [readiness.because] if readiness.because else []
        return
    if summary.unread:
        problem = "it could not be taken up, and may hold what is due: nothing is deleted or unpublished"
        raise HoldListError(summary.unread[0], problem, "correct it or take it away")
    run = retention.begin_retention(ref, running, plan)
    try:
        for numbers in plan.chunks():
            retention.retain_chunk(ref, running, run, numbers)
    finally:
        retention.finish_retention(ref, run)


def expire(ref: SiteRef, running: Night, summary: Summary, asked: Selection) -> None:  # noqa: ARG001  # same
    """Erase what is kept of people for a while only."""
    with _going_on(summary, "expiry"):
        night.expire(ref, running)


def write_report(ref: SiteRef, running: Night, summary: Summary, asked: Selection) -> None:
    """Write inventory.csv of what was asked for, and report.html."""
    summary.report = str(report.write_report(ref, running.now, summary.waiting, asked).page)


def _tell(line: str) -> None:
    """Say how far a step is: where Prefect shows the run, and to whoever runs it by hand."""
    get_run_logger().info(line)
    logging.getLogger(PROGRESS).info(line)


@contextmanager
def _without_text_tracks(summary: Summary) -> Iterator[None]:
    """Say once that the server has no text tracks: nobody asked for any, so it is no failure."""
    try:
        yield
    except BbbUnsupportedError as error:
        if not any(one.step == "captions" for one in summary.problems):
            summary.problems.append(Problem("text tracks", str(error), 0))


@contextmanager
def _going_on(summary: Summary, step: str) -> Iterator[None]:
    """Note a failure that takes nothing from the rest of the night."""
    try:
        yield
    except ENDS_THE_RUN:
        raise
    except KeepError as error:
        summary.problems.append(Problem(step, str(error), error.exit_code))
