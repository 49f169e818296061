"""Carry out what the policy says."""

from prefect import flow
from prefect.client.schemas.objects import State as RunState

from flows import steps
from flows.keeping import TWO_AT_A_TIME, finished, keep
from flows.parameters import Config, Meta, Server, StateDir, States, refs, selection


@flow(name="apply_retention", task_runner=TWO_AT_A_TIME, persist_result=False, retries=0)
def apply_retention(
    server: Server = None,
    states: States = (),
    meta: Meta = {},  # noqa: B006  # Prefect shows it as the parameter's default; nobody changes it
    config: Config = None,
    state_dir: StateDir = None,
) -> RunState:
    """Carry out what the policy says."""
    asked, names = selection(states, meta), refs(server, config, state_dir)
    return finished(
        [
            keep(ref, "apply_retention", [steps.sweep, steps.apply_retention], [steps.write_report], asked)
            for ref in names
        ]
    )
