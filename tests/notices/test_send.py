"""What sending promises: each address once, within bounds, and no address in any word of ours."""

import logging
from pathlib import Path

import pytest
from api.scripted import ScriptedServer
from notices.listening import A_MESSAGE, PASSWORD, notice_url, takes, told

from bbbkeep.errors import ConfigError
from bbbkeep.notices.send import LONGEST_TEXT, Message, send, shortened
from bbbkeep.settings_values import Secret


def test_a_message_arrives_with_its_weight(listener):
    delivery = send([notice_url(listener)], A_MESSAGE)

    assert (delivery.taken, delivery.problems) == (1, ())
    [arrived] = told(listener)
    assert (arrived["title"], arrived["message"]) == (A_MESSAGE.title, A_MESSAGE.text)
    assert arrived["type"] == "failure"


def test_one_address_that_fails_keeps_no_other_from_it(listener, caplog):
    caplog.set_level(logging.DEBUG)
    gone = ScriptedServer()
    gone.close()
    missing = Secret(missing=ConfigError(Path("bbbkeep.yaml"), "NOTICE_URL is not set", line=7))
    delivery = send([notice_url(gone), Secret("nonsense"), missing, notice_url(listener)], A_MESSAGE)

    assert (delivery.taken, len(told(listener))) == (1, 1)
    assert delivery.problems == (
        "notices.urls[0] did not take the message; check the address and the service behind it",
        "notices.urls[1] is no address that Apprise knows",
        "bbbkeep.yaml:7: NOTICE_URL is not set",
    )
    assert PASSWORD not in caplog.text


def test_a_service_that_refuses_has_not_taken_it(listener):
    takes(listener, status=500)

    assert send([notice_url(listener)], A_MESSAGE).taken == 0


def test_a_long_message_is_cut_between_lines(listener):
    send([notice_url(listener)], Message("t" * 900, "\n".join(["a line"] * 5000)))

    [arrived] = told(listener)
    assert len(arrived["message"]) <= LONGEST_TEXT
    assert arrived["message"].endswith("a line\nand more")
    assert len(arrived["title"]) <= 200


@pytest.mark.parametrize(("text", "short"), [("x" * 10, "x" * 10), ("a\n" + "b" * 60, "a\nand more")])
def test_only_what_is_too_long_is_cut(text, short):
    assert shortened(text, 40) == short
