"""Every promise, on every kind of server that the local one can be; what each can't do stands in the document."""

from pathlib import Path

import pytest
from contract.compatibility import DOCUMENT, recorded, rendered
from contract.suite import PROMISES
from contract.world import a_local_world

from bbbkeep.api.profiles import PROFILES
from bbbkeep.standin.dialects import DIALECTS

TEXT = DOCUMENT.read_text(encoding="utf-8")
RECORDED = recorded(TEXT)
STALE = (
    "docs/compatibility.md is not what the contract finds; run `make compatibility` and read the difference"
)


@pytest.mark.parametrize("sentence", PROMISES)
@pytest.mark.parametrize("profile", PROFILES)
def test_a_promise_is_kept_as_documented_by(profile: str, sentence: str, tmp_path: Path) -> None:
    with a_local_world(tmp_path, profile) as world:
        assert PROMISES[sentence].check(world) == RECORDED.get((sentence, profile)), STALE


def test_the_document_is_as_it_was_generated() -> None:
    assert set(RECORDED) == {(sentence, profile) for sentence in PROMISES for profile in PROFILES}, STALE
    assert rendered(RECORDED) == TEXT, STALE


def test_the_local_server_speaks_every_kind_that_the_client_knows() -> None:
    assert set(DIALECTS) == set(PROFILES)
