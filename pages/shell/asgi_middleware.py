"""The door of the web server: security headers on every answer, an upload quota, closed paths, faults told in words."""

from __future__ import annotations

import base64
import hashlib
import logging
import os
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.middleware import Middleware

from core import limits
from pages.backend import machine
from pages.shell.static_compression import StaticCompression

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Inner = Callable[[Scope, Receive, Send], Awaitable[None]]

CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check")
UPLOAD = re.compile(r"/_stcore/upload_file/([^/]{1,200})/[^/]+$")
SESSIONS_COUNTED = 10_000


def content_security_policy() -> str:
    """The content security policy: everything from this server alone, scripts without eval.

    The page's one inline script is allowed by its hash. Modules of components are handed over as blobs by the page's
    own code; the styles of the page are written at run time.
    """
    rules = {
        "default-src": "'none'",
        "script-src": " ".join(("'self'", "blob:", "'wasm-unsafe-eval'", *_inline_script_hashes())),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "media-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "manifest-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _inline_script_hashes() -> list[str]:
    """Hashes of the inline scripts of the page that Streamlit serves."""
    try:
        page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    except OSError:
        return []
    found = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    hashes = [hashlib.sha256(text.encode()).digest() for text in found]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in hashes]


def security_headers() -> dict[bytes, bytes]:
    """What every answer carries."""
    said = {
        "content-security-policy": content_security_policy(),
        "x-content-type-options": "nosniff",
        "x-frame-options": "SAMEORIGIN",
        "referrer-policy": "no-referrer",
        "permissions-policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    return {name.encode(): value.encode() for name, value in said.items()}


class SecurityMiddleware:
    """Wraps the web application; one stands in front of each server."""

    def __init__(self, inner: Inner) -> None:
        self._inner, self._headers = inner, security_headers()
        self._taken: OrderedDict[str, int] = OrderedDict()
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request: refused at the door, or let in with the headers added to its answer."""
        if scope["type"] == "websocket" and comes_from_elsewhere(scope):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        path = str(scope.get("path", ""))
        guarded = self._guarded(send, private=path.startswith("/media/"))
        upload = UPLOAD.search(path) if scope.get("method") == "PUT" else None
        if any(path == name or path.startswith(name + "/") for name in CLOSED):
            await _refuse(guarded, 404, "Not found")
        elif upload is None:
            await self._inner(scope, receive, guarded)
        elif (reason := self._no_room(upload[1])) is not None:
            await _refuse(guarded, 413, reason)
        else:
            await self._take(upload[1], scope, receive, guarded)

    def _guarded(self, send: Send, private: bool) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                ours = {**self._headers, **({b"cache-control": b"private, no-store"} if private else {})}
                kept = [(name, value) for name, value in message.get("headers", ()) if name.lower() not in ours]
                message = {**message, "headers": [*kept, *ours.items()]}
            await send(message)

        return sending

    def _no_room(self, session: str) -> str | None:
        if self._taken.get(session, 0) >= limits.SESSION_BYTES:
            return "This visit has used up its uploads. Reload the page to go on."
        if self._under_way >= limits.UPLOADS_AT_ONCE_BYTES:
            return "Too much is being uploaded at the moment. Try again in a minute."
        trouble = machine.home_trouble()
        if trouble is not None and trouble.readable:
            return "The server's disk is full."
        return f"Nothing can be stored: the folder of uploads and runs {trouble.reason}." if trouble else None

    async def _take(self, session: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets an upload in, counting its bytes as they come; what is over the quota never reaches memory."""
        held = 0

        async def counted() -> Message:
            nonlocal held
            message = await receive()
            size = len(message.get("body", b""))
            held += size
            self._under_way += size
            self._taken[session] = self._taken.get(session, 0) + size
            self._taken.move_to_end(session)
            while len(self._taken) > SESSIONS_COUNTED:
                self._taken.popitem(last=False)
            if self._taken[session] > limits.SESSION_BYTES + limits.MB or self._under_way > most:
                return {"type": "http.disconnect"}
            return message

        most = limits.UPLOADS_AT_ONCE_BYTES + limits.UPLOAD_BYTES
        try:
            await self._inner(scope, counted, send)
        finally:
            self._under_way -= held


def comes_from_elsewhere(scope: Scope) -> bool:
    """Whether the page of another site asks, by the origin that every browser sends with a WebSocket.

    Streamlit refuses most of these too, but lets in pages of any port of this machine, and asks a service on the
    internet for this machine's address to decide. Without an origin no browser asks, and programs write any origin.
    """
    heads = {name.lower(): value.decode("latin-1") for name, value in scope.get("headers", ())}
    origin = heads.get(b"origin")
    if origin is None or not st.get_option("server.enableCORS"):
        return False
    ours = {heads.get(b"host"), heads.get(b"x-forwarded-host")}
    return urlsplit(origin).netloc not in ours and origin not in st.get_option("server.corsAllowedOrigins")


async def _refuse(send: Send, status: int, reason: str) -> None:
    body = reason.encode()
    head = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


def middleware() -> list[Middleware]:
    """The door as the server wants it, and behind it the compression of static files; no door with
    ``CROSSOVER_HEADERS=off``, where a host sets headers of its own."""
    door = [] if os.environ.get("CROSSOVER_HEADERS", "").lower() == "off" else [Middleware(SecurityMiddleware)]
    return [*door, Middleware(StaticCompression)]


def handle_script_error(fault: Exception) -> bool:
    """A fault that nothing caught: its cause goes to the log, the visitor reads plain words."""
    from pages.ui.error_boundary import show_error

    logging.getLogger("crossover").error("a page stopped", exc_info=fault)
    show_error()
    return True
