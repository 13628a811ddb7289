"""Requests that another site sends through a visitor's browser are refused by the server that is shipped.

The application is asked in a process of its own, with the shipped settings: uploads with and without the token against
forged requests, and the page's WebSocket from other origins.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
ASKED = """
import asyncio, json
from app import app
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string

HOST, UPLOAD = "127.0.0.1:8501", "/_stcore/upload_file/session/file"
TOKEN, OTHER = (generate_xsrf_token_string() for _ in range(2))


async def ask(scope, *messages):
    sent, left = [], list(messages)

    async def receive():
        return left.pop(0) if left else {"type": scope["type"] + ".disconnect", "code": 1000}

    async def send(message):
        sent.append(message)

    head = {"asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "query_string": b"", "root_path": "",
            "server": ("127.0.0.1", 8501), "client": ("127.0.0.1", 5), "raw_path": scope["path"].encode()}
    named = [(name.encode(), value.encode()) for name, value in {"host": HOST, **scope.pop("headers", {})}.items()]
    await asyncio.wait_for(app({**head, **scope, "headers": named}, receive, send), 120)
    return sent


async def upload(method="PUT", **headers):
    scope = {"type": "http", "method": method, "path": UPLOAD,
             "headers": {name.replace("_", "-"): value for name, value in headers.items()}}
    return (await ask(scope, {"type": "http.request", "body": b"x", "more_body": False}))[0]["status"]


async def connect(**headers):
    scope = {"type": "websocket", "path": "/_stcore/stream", "subprotocols": [], "headers": headers}
    return (await ask(scope, {"type": "websocket.connect"}))[0]["type"]


async def main():
    started, ended = asyncio.Event(), asyncio.Event()
    left = [{"type": "lifespan.startup"}]

    async def receive():
        if left:
            return left.pop(0)
        await ended.wait()
        return {"type": "lifespan.shutdown"}

    async def send(message):
        started.set()

    life = asyncio.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send))
    await asyncio.wait_for(started.wait(), 240)
    cookie = "_streamlit_xsrf="
    told = {
        "no token": await upload(),
        "cookie alone": await upload(cookie=cookie + TOKEN),
        "header alone": await upload(x_xsrftoken=TOKEN),
        "another token": await upload(cookie=cookie + TOKEN, x_xsrftoken=OTHER),
        "the token": await upload(cookie=cookie + TOKEN, x_xsrftoken=TOKEN),
        "delete without": await upload("DELETE"),
        "same origin": await connect(origin="http://" + HOST),
        "no origin": await connect(),
        "other origin": await connect(origin="https://other.example"),
        "other port": await connect(origin="http://127.0.0.1:9999"),
        "like ours": await connect(origin="http://127.0.0.1:8501.other.example"),
        "null": await connect(origin="null"),
    }
    print(json.dumps(told))
    ended.set()
    await asyncio.wait_for(life, 30)


asyncio.run(main())
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "CROSSOVER_HOME": str(home), "PYTHONPATH": str(ROOT)}
    asked = subprocess.run(
        [sys.executable, "-c", ASKED], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=400
    )
    assert asked.returncode == 0, asked.stderr[-2_000:]
    found: dict[str, object] = json.loads(asked.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("how", ["no token", "cookie alone", "header alone", "another token", "delete without"])
def test_an_upload_without_its_token_is_refused(told: dict[str, object], how: str) -> None:
    assert told[how] == 403


def test_an_upload_with_its_token_gets_as_far_as_its_session(told: dict[str, object]) -> None:
    assert told["the token"] == 400, "the session is made up, the token is not"


@pytest.mark.parametrize("origin", ["other origin", "other port", "like ours", "null"])
def test_pages_of_others_cannot_open_the_socket(told: dict[str, object], origin: str) -> None:
    assert told[origin] == "websocket.close"


def test_the_page_and_programs_can(told: dict[str, object]) -> None:
    assert told["same origin"] == told["no origin"] == "websocket.accept"
