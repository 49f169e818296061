"""List each server into the ledger and write the reports."""

from prefect import flow
from prefect.client.schemas.objects import State as RunState

from flows import steps
from flows.keeping import TWO_AT_A_TIME, finished, keep
from flows.parameters import Config, Meta, Server, StateDir, States, refs, selection


@flow(name="inventory", task_runner=TWO_AT_A_TIME, persist_result=False, retries=0)
def inventory(
    server: Server = None,
    states: States = (),
    meta: Meta = {},  # noqa: B006  # Prefect shows it as the parameter's default; nobody changes it
    config: Config = None,
    state_dir: StateDir = None,
) -> RunState:
    """List each server into the ledger and write the reports."""
    asked, names = selection(states, meta), refs(server, config, state_dir)
    return finished([keep(ref, "inventory", [steps.sweep], [steps.write_report], asked) for ref in names])
