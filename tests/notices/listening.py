"""A real local server that takes notices and heartbeats, and a message to send it."""

import json
from typing import Any

from api.scripted import Reply, ScriptedServer

from bbbkeep.notices.send import Message
from bbbkeep.settings_values import Secret

PASSWORD = "sentinel-pass"
A_MESSAGE = Message("bbbkeep, main: a guard stopped it (exit 4)", "delete count: 60, limit 50", "failure")


def notice_url(server: ScriptedServer) -> Secret:
    return Secret(f"json://user:{PASSWORD}@127.0.0.1:{server.port}/hook")


def takes(server: ScriptedServer, status: int = 200) -> None:
    server.says(Reply(b"{}", status=status))


def told(server: ScriptedServer) -> list[dict[str, Any]]:
    return [json.loads(one.body) for one in server.requests]
