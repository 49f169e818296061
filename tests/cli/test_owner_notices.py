"""What `bbbkeep retention notices` prints: the messages before they are sent, and what became of them."""

import json

from bbbkeep.cli.owner_notices import show_due, show_told
from bbbkeep.notices.owners import Line
from bbbkeep.notices.send import Message
from bbbkeep.operations.owner_notices import Due, Told

DUE = Due(
    "ada@example.org", Message("campus: 1 goes", "Hello\n- Algebra"), (Line("r-1", "k", "- Algebra"),), 7
)


def test_a_dry_run_prints_whom_and_what(capsys):
    assert show_due([DUE], as_json=False) == 0

    assert capsys.readouterr().out.splitlines() == [
        "To: ada@example.org", "Subject: campus: 1 goes", "", "Hello", "- Algebra", "", "1 message; none was sent",
    ]  # fmt: skip


def test_a_dry_run_is_one_document_for_scripts(capsys):
    show_due([DUE], as_json=True)

    assert json.loads(capsys.readouterr().out) == {
        "messages": [
            {
                "to": "ada@example.org",
                "stage_days": 7,
                "title": "campus: 1 goes",
                "text": "Hello\n- Algebra",
                "record_ids": ["r-1"],
            }
        ]
    }


def test_a_message_that_was_not_taken_is_exit_3(capsys):
    assert show_told(Told(sent=1, problems=["owners.url[0] did not take the message"]), as_json=False) == 3

    printed = capsys.readouterr()
    assert "1 message sent" in printed.out
    assert "did not take" in printed.err
