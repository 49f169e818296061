"""Write the reports from what the ledger knows, without asking a server."""

from prefect import flow
from prefect.client.schemas.objects import State as RunState

from flows import steps
from flows.keeping import TWO_AT_A_TIME, finished, keep
from flows.parameters import Config, Server, StateDir, refs


@flow(name="report", task_runner=TWO_AT_A_TIME, persist_result=False, retries=0)
def report(server: Server = None, config: Config = None, state_dir: StateDir = None) -> RunState:
    """Write the reports from what the ledger knows, without asking a server."""
    return finished([keep(ref, "report", [steps.write_report]) for ref in refs(server, config, state_dir)])
