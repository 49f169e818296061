"""The schema of bbbkeep.yaml is current, and says what the reader says."""

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from bbbkeep.cli.init import CONFIG
from bbbkeep.settings_file import ConfigFile, read, schema_text

SCHEMA = Path(__file__).parents[1] / "docs" / "bbbkeep.schema.json"
ONE = "servers: {campus: {url: https://bbb.example.org, secret: {env: CAMPUS}}}\n"
_AN_OPTION = re.compile(r"^( *)# ( *[a-z_]+:)", re.MULTILINE)


@pytest.fixture
def validator():
    Draft202012Validator.check_schema(json.loads(schema_text()))
    return Draft202012Validator(json.loads(schema_text()))


def in_full(example: str) -> str:
    """Let everything count that the example only offers."""
    return _AN_OPTION.sub(r"\1\2", example)


def test_the_schema_in_docs_is_current():
    assert SCHEMA.read_text(encoding="utf-8") == schema_text(), (
        "run: bbbkeep init --schema > docs/bbbkeep.schema.json"
    )


@pytest.mark.parametrize("text", [CONFIG, in_full(CONFIG)], ids=["as written", "with all it offers"])
def test_the_example_is_good_for_the_reader_and_for_the_schema(tmp_path, validator, text):
    path = tmp_path / "bbbkeep.yaml"
    path.write_text(text, encoding="utf-8")

    read(path)

    assert list(validator.iter_errors(yaml.safe_load(text))) == []


def test_the_example_offers_every_key():
    written = yaml.safe_load(in_full(CONFIG))

    assert set(written) == set(ConfigFile.model_fields)
    for part in ("captions", "guards", "owners", "ledger", "notices"):
        annotation = json.loads(schema_text())["$defs"][f"{part.capitalize()}Part"]
        assert set(written[part]) == set(annotation["properties"])


@pytest.mark.parametrize(
    "wrong",
    [
        ONE + "servres: 1\n",
        ONE.replace("url", "ulr"),
        ONE.replace("env", "evn"),
        ONE.replace("{env: CAMPUS}", "{env: A, file: b}"),
        ONE.replace("{env: CAMPUS}", "plain"),
        ONE.replace("campus", "a b"),
        "servers: {}\n",
        ONE + "captions: {kind: both}\n",
        ONE + "guards: {delete: {cuont: 1}}\n",
        ONE + "guards: {delete: {count: many}}\n",
        ONE + "keep_days: 0\n",
        ONE + "owners: {metadata_key: x y, url: {env: A}}\n",
        ONE + "ledger: {url: 'sqlite:///x'}\n",
    ],
)
def test_what_the_reader_refuses_the_schema_refuses_too(validator, wrong):
    assert list(validator.iter_errors(yaml.safe_load(wrong)))
