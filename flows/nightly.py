"""The whole night, server by server."""

from prefect import flow
from prefect.client.schemas.objects import State as RunState

from flows import steps
from flows.keeping import TWO_AT_A_TIME, finished, keep, over
from flows.parameters import Config, Server, StateDir, refs

NIGHT = [
    steps.sweep,
    steps.go_on,
    steps.correct_metadata,
    steps.upload_captions,
    steps.ask_about_tracks,
    steps.reread_changed,
    steps.tell_owners,
    steps.apply_retention,
]


@flow(name="nightly", task_runner=TWO_AT_A_TIME, persist_result=False, retries=0)
def nightly(server: Server = None, config: Config = None, state_dir: StateDir = None) -> RunState:
    """List, correct, caption, look again, retain, report; tell whoever should know."""
    names = refs(server, config, state_dir)
    nights = [keep(ref, "nightly", NIGHT, [steps.expire, steps.write_report]) for ref in names]
    return finished(over(config, state_dir, nights))
