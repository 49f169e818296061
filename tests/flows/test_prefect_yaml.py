"""prefect.yaml deploys every flow as we mean it; Prefect itself is silent about most mistakes in it."""

import copy
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from prefect.cli.deploy._models import (
    ConcurrencyLimitSpec,
    DeploymentConfig,
    PrefectYamlModel,
    RawScheduleConfig,
    WorkPoolConfig,
)
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ParameterTypeError
from prefect.flows import load_flow_from_entrypoint

ROOT = Path(__file__).parents[2]
DOCUMENT = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))
DEPLOYMENTS = {one["name"]: one for one in DOCUMENT["deployments"]}
ACTIVE = [
    (one, schedule) for one in DEPLOYMENTS.values() for schedule in one["schedules"] if schedule["active"]
]

each_deployment = pytest.mark.parametrize("deployment", DEPLOYMENTS.values(), ids=DEPLOYMENTS)


def unknown_keys(document: dict) -> list[str]:
    """List the keys that Prefect's models do not know: it would ignore them without a word."""
    found = _unknown(document, PrefectYamlModel, "")
    for one in document["deployments"]:
        found += _unknown(one, DeploymentConfig, f"{one['name']}.")
        found += _unknown(one.get("work_pool", {}), WorkPoolConfig, f"{one['name']}.work_pool.")
        found += _unknown(
            one.get("concurrency_limit", {}), ConcurrencyLimitSpec, f"{one['name']}.concurrency_limit."
        )
        for schedule in one.get("schedules", []):
            found += _unknown(schedule, RawScheduleConfig, f"{one['name']}.schedules.")
    return found


def _unknown(given: dict, model: type, where: str) -> list[str]:
    known = {name for field, info in model.model_fields.items() for name in (field, info.alias)}
    return [f"{where}{key}" for key in given if key not in known]


def renamed(place: tuple, wrong: str) -> dict:
    """Return our document with the last key of *place* misspelt."""
    document = copy.deepcopy(DOCUMENT)
    *path, right = place
    part = document
    for key in path:
        part = part[key]
    part[wrong] = part.pop(right)
    return document


def test_prefect_reads_it() -> None:
    PrefectYamlModel.model_validate(DOCUMENT)


def test_no_key_is_one_that_prefect_would_ignore() -> None:
    assert unknown_keys(DOCUMENT) == []


@pytest.mark.parametrize(
    ("place", "wrong", "found"),
    [
        pytest.param(("build",), "built", "built", id="at the top"),
        pytest.param(
            ("deployments", 0, "concurrency_limit"),
            "concurency_limit",
            "nightly.concurency_limit",
            id="in a deployment",
        ),
        pytest.param(
            ("deployments", 0, "concurrency_limit", "collision_strategy"),
            "strategy",
            "nightly.concurrency_limit.strategy",
            id="in a limit",
        ),
        pytest.param(
            ("deployments", 0, "work_pool", "work_queue_name"),
            "queue",
            "nightly.work_pool.queue",
            id="in a work pool",
        ),
        pytest.param(
            ("deployments", 0, "schedules", 0, "timezone"),
            "time_zone",
            "nightly.schedules.time_zone",
            id="in a schedule",
        ),
    ],
)
def test_a_misspelt_key_is_found(place: tuple, wrong: str, found: str) -> None:
    assert unknown_keys(renamed(place, wrong))[0] == found


def test_there_is_one_deployment_for_each_flow() -> None:
    flows = {
        path.stem for path in (ROOT / "flows").glob("*.py") if "@flow(" in path.read_text(encoding="utf-8")
    }

    assert set(DEPLOYMENTS) == flows
    assert len(DEPLOYMENTS) == len(DOCUMENT["deployments"])


@each_deployment
def test_an_entrypoint_is_a_module_and_names_the_flow(deployment: dict) -> None:
    module, _, name = deployment["entrypoint"].rpartition(".")

    flow = load_flow_from_entrypoint(deployment["entrypoint"])

    assert flow is getattr(import_module(module), name)
    assert flow.name == deployment["name"]


@each_deployment
def test_the_parameters_fit_the_flow_with_and_without_a_schedules_own(deployment: dict) -> None:
    flow = load_flow_from_entrypoint(deployment["entrypoint"])

    assert set(deployment["parameters"]) <= set(flow.parameters.properties)
    for schedule in [{}, *deployment["schedules"]]:
        flow.validate_parameters({**deployment["parameters"], **schedule.get("parameters", {})})


@pytest.mark.parametrize("name", ["inventory", "update_metadata", "upload_captions", "apply_retention"])
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"states": ["x"]}, id="a state that is none"),
        pytest.param({"states": "published"}, id="a state that is no list"),
        pytest.param({"meta": ["category=test"]}, id="metadata that are no mapping"),
        pytest.param({"meta": {"category": None}}, id="metadata without a value"),
        pytest.param({"meta": {"a=b": "c"}}, id="a metadata key with an equals sign"),
        pytest.param({"meta": {"": "c"}}, id="an empty metadata key"),
        pytest.param({"server": ["a", "b"]}, id="two servers"),
        pytest.param({"state": ["published"]}, id="a misspelt parameter"),
    ],
)
def test_a_wrong_parameter_is_refused(name: str, wrong: dict) -> None:
    deployment = DEPLOYMENTS[name]
    flow = load_flow_from_entrypoint(deployment["entrypoint"])

    with pytest.raises((ParameterTypeError, TypeError)):
        flow.validate_parameters({**deployment["parameters"], **wrong})


@each_deployment
def test_prefect_holds_parameters_to_the_schema_and_cancels_a_second_run(deployment: dict) -> None:
    assert deployment["enforce_parameter_schema"] is True
    assert deployment["concurrency_limit"] == {"limit": 1, "collision_strategy": "CANCEL_NEW"}


def test_only_the_night_and_who_watches_it_are_scheduled() -> None:
    assert [one["name"] for one, _ in ACTIVE] == ["nightly", "watch"]


@pytest.mark.parametrize(("number", "expected"), [(0, "17 3 * * *"), (1, "43 11 * * *")])
def test_the_schedules_are_crons_in_utc(number: int, expected: str) -> None:
    _, schedule = ACTIVE[number]

    cron = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])

    assert cron.cron == expected
    assert ZoneInfo(cron.timezone or "") == ZoneInfo("UTC")


def test_nothing_has_to_be_fetched_before_a_run() -> None:
    assert [DOCUMENT[step] for step in ("build", "push", "pull")] == [None, None, []]
    assert not any({"build", "push", "pull"} & set(one) for one in DEPLOYMENTS.values())


def test_no_parameter_could_carry_a_secret() -> None:
    names = {
        name
        for one in DEPLOYMENTS.values()
        for name in load_flow_from_entrypoint(one["entrypoint"]).parameters.properties
    }

    assert names == {"server", "states", "meta", "config", "state_dir"}
