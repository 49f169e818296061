"""Put the captions of the drop folder on their recordings."""

from prefect import flow
from prefect.client.schemas.objects import State as RunState

from flows import steps
from flows.keeping import TWO_AT_A_TIME, finished, keep
from flows.parameters import Config, Meta, Server, StateDir, States, refs, selection


@flow(name="upload_captions", task_runner=TWO_AT_A_TIME, persist_result=False, retries=0)
def upload_captions(
    server: Server = None,
    states: States = (),
    meta: Meta = {},  # noqa: B006  # Prefect shows it as the parameter's default; nobody changes it
    config: Config = None,
    state_dir: StateDir = None,
) -> RunState:
    """Put the captions of the drop folder on their recordings."""
    asked, names = selection(states, meta), refs(server, config, state_dir)
    return finished(
        [
            keep(ref, "upload_captions", [steps.sweep, steps.upload_captions], [steps.write_report], asked)
            for ref in names
        ]
    )
