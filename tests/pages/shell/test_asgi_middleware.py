"""The door of the web server: headers on every answer, quotas kept, closed paths closed, and the entry is found."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit
from streamlit.web.server.app_discovery import discover_asgi_app

from core import limits
from core.storage import paths
from pages.shell import asgi_middleware
from pages.shell.static_compression import StaticCompression

ROOT = Path(__file__).resolve().parents[3]
UPLOAD = "/_stcore/upload_file/session-1/file-1"


async def inside(scope: Any, receive: Any, send: Any) -> None:
    """A web application that reads the whole request and sets a header of its own that the door must replace."""
    if scope["type"] != "http":
        await send({"type": "websocket.accept"})
        return
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError("the sender is gone")
        if not message.get("more_body"):
            break
    await send({"type": "http.response.start", "status": 200, "headers": [(b"X-Frame-Options", b"ALLOW")]})
    await send({"type": "http.response.body", "body": b"in"})


def ask(door: Any, path: str, method: str = "GET", body: Iterator[bytes] | tuple[bytes, ...] = (b"",)) -> Any:
    """Status and headers of one request; the body comes in pieces."""
    pieces, sent = list(body), []

    async def receive() -> dict[str, Any]:
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(door({"type": "http", "path": path, "method": method}, receive, send))
    return sent[0]["status"], [(k.decode().lower(), v.decode()) for k, v in sent[0]["headers"]], sent[-1]["body"]


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> asgi_middleware.SecurityMiddleware:
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path))
    return asgi_middleware.SecurityMiddleware(inside)


@pytest.mark.parametrize("path", ["/", "/static/js/index.js", "/media/a.png", "/_stcore/health", "/_stcore/metrics"])
def test_every_answer_carries_the_headers_once(door: asgi_middleware.SecurityMiddleware, path: str) -> None:
    _, said, _ = ask(door, path)
    names = [name for name, _ in said]
    for name in asgi_middleware.security_headers():
        assert names.count(name.decode()) == 1, name
    assert dict(said)["x-frame-options"] == "SAMEORIGIN", "the door's word counts"


def test_the_policy_allows_no_eval_and_no_other_origin() -> None:
    rules = dict(rule.split(" ", 1) for rule in asgi_middleware.content_security_policy().split("; "))
    assert rules["default-src"] == rules["object-src"] == rules["base-uri"] == "'none'"
    assert "'unsafe-eval'" not in asgi_middleware.content_security_policy()
    assert "'unsafe-inline'" not in rules["script-src"]
    assert not re.search(r"https?:|\*", asgi_middleware.content_security_policy())


def test_the_inline_script_of_the_page_is_known_by_its_hash() -> None:
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    inline = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(inline) == len(re.findall(r"<script(?![^>]*\bsrc=)", page)), "every inline script is seen"
    for text in inline:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in asgi_middleware.content_security_policy()


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/agent/interact"])
def test_closed_paths_are_not_found(door: asgi_middleware.SecurityMiddleware, path: str) -> None:
    assert ask(door, path)[0] == 404


def test_files_of_a_visitor_are_not_kept_by_proxies(door: asgi_middleware.SecurityMiddleware) -> None:
    assert dict(ask(door, "/media/x.png")[1])["cache-control"] == "private, no-store"
    assert "cache-control" not in dict(ask(door, "/static/js/index.js")[1])


def test_a_visit_uploads_up_to_its_quota(
    door: asgi_middleware.SecurityMiddleware, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SESSION_BYTES", 1_000)
    assert ask(door, UPLOAD, "PUT", (b"x" * 600, b"x" * 600))[0] == 200, "the last one may go a little over"
    status, _, reason = ask(door, UPLOAD, "PUT", (b"x",))
    assert status == 413 and b"used up its uploads" in reason
    assert ask(door, "/_stcore/upload_file/session-2/f", "PUT", (b"x",))[0] == 200, "another visit has its own"
    assert ask(door, UPLOAD, "DELETE")[0] == 200


def test_an_upload_far_beyond_the_quota_is_cut_off(
    door: asgi_middleware.SecurityMiddleware, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SESSION_BYTES", 1_000)
    read = []

    def endless() -> Iterator[bytes]:
        for _ in range(30):
            read.append(1)
            yield b"x" * 100_000

    with pytest.raises(ConnectionError):
        ask(door, UPLOAD, "PUT", endless())
    assert ask(door, UPLOAD, "PUT", (b"x",))[0] == 413
    assert door._under_way == 0, "nothing stays counted as under way"


def test_all_uploads_together_are_bounded(
    door: asgi_middleware.SecurityMiddleware, monkeypatch: pytest.MonkeyPatch
) -> None:
    door._under_way = limits.UPLOADS_AT_ONCE_BYTES
    assert ask(door, UPLOAD, "PUT", (b"x",))[0] == 413
    door._under_way = 0
    assert ask(door, UPLOAD, "PUT", (b"x",))[0] == 200


@pytest.mark.parametrize(
    ("heads", "elsewhere"),
    [
        ({}, False),
        ({"origin": "https://lab.example"}, False),
        ({"origin": "https://outside.example", "x-forwarded-host": "outside.example"}, False),
        ({"origin": "https://listed.example"}, False),
        ({"origin": "https://other.example"}, True),
        ({"origin": "https://lab.example:444"}, True),
        ({"origin": "https://lab.example.other.example"}, True),
        ({"origin": "null"}, True),
        ({"origin": ""}, True),
    ],
)
def test_sockets_are_opened_by_our_own_page(
    door: asgi_middleware.SecurityMiddleware, monkeypatch: pytest.MonkeyPatch, heads: dict[str, str], elsewhere: bool
) -> None:
    settings = {"server.enableCORS": True, "server.corsAllowedOrigins": ["https://listed.example"]}
    monkeypatch.setattr(streamlit, "get_option", settings.__getitem__)
    assert asked_for_a_socket(door, heads) == ("websocket.close" if elsewhere else "websocket.accept")
    settings["server.enableCORS"] = False
    assert asked_for_a_socket(door, heads) == "websocket.accept", "whoever switches it off is believed"


def asked_for_a_socket(door: Any, heads: dict[str, str]) -> str:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    named = [(b"host", b"lab.example"), *((name.encode(), value.encode()) for name, value in heads.items())]
    asyncio.run(door({"type": "websocket", "path": "/_stcore/stream", "headers": named}, receive, send))
    return str(sent[0]["type"])


def test_a_folder_that_cannot_be_written_takes_no_upload(
    door: asgi_middleware.SecurityMiddleware, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "file"))
    status, _, reason = ask(door, UPLOAD, "PUT", (b"x",))
    assert status == 413 and b"Nothing can be stored" in reason and b"file stands in its place" in reason
    assert str(tmp_path).encode() not in reason


def test_a_full_disk_takes_no_upload(door: asgi_middleware.SecurityMiddleware, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "free_bytes", lambda: 1_000)
    status, _, reason = ask(door, UPLOAD, "PUT", (b"x",))
    assert status == 413 and b"disk is full" in reason


def test_web_sockets_pass_untouched(door: asgi_middleware.SecurityMiddleware) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(door({"type": "websocket", "path": "/_stcore/stream"}, None, send))
    assert sent == [{"type": "websocket.accept"}]


def test_the_entry_is_found_as_an_application() -> None:
    found = discover_asgi_app(ROOT / "app.py")
    assert found.is_asgi_app and found.import_string == "app:app"


def test_a_host_with_headers_of_its_own_can_do_without(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(asgi_middleware.middleware()) == 2
    monkeypatch.setenv("CROSSOVER_HEADERS", "off")
    assert [one.cls for one in asgi_middleware.middleware()] == [StaticCompression]


def test_a_fault_that_nothing_caught_is_told_in_words_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    from streamlit.testing.v1 import AppTest

    def page() -> None:
        from pages.shell import asgi_middleware

        assert asgi_middleware.handle_script_error(RuntimeError("secret detail"))

    app = AppTest.from_function(page).run()
    assert "could not be drawn" in app.error[0].value and "secret" not in app.error[0].value
    assert not app.exception
    assert "secret detail" in caplog.text
