"""See that nights go on ending well; on a schedule of its own, because a missing night can't tell."""

from prefect import flow
from prefect.client.schemas.objects import State as RunState
from prefect.states import Completed, Failed

from flows.keeping import TWO_AT_A_TIME
from flows.parameters import Config, Server, StateDir
from tasks.notices import tell_missing


@flow(name="watch", task_runner=TWO_AT_A_TIME, persist_result=False, retries=0)
def watch(server: Server = None, config: Config = None, state_dir: StateDir = None) -> RunState:
    """Fail, and tell the administrators, where no night went through in the last 26 hours."""
    missing = tell_missing(server, config, state_dir)
    if missing:
        return Failed(message="; ".join(missing), data=missing)
    return Completed(message="each server had a good night", data=missing)
