"""ASGI middleware: Streamlit's scripts and styles go out compressed, each compressed once for all visitors."""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
import re
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import streamlit as st

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
Inner = Callable[[Scope, Receive, Send], Awaitable[None]]

ROOT = (Path(st.__file__).parent / "static").resolve()
_ASKED = re.compile(r"/(static/[A-Za-z0-9_./-]+\.(?:js|css|svg|json))")
# What is kept compressed at most; a first visit needs a sixth of it.
KEPT_BYTES = 8_000_000
LEVEL = 9


class StaticCompression:
    """Answers for the scripts and styles of Streamlit in gzip, which Streamlit itself sends as they lie on the disk."""

    def __init__(self, inner: Inner, root: Path = ROOT) -> None:
        self._inner, self._root = inner, root
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        # Files are compressed in threads, so that several are put down and forgotten at once.
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; whatever is not a whole static text for a browser that takes gzip goes on unchanged."""
        asked = self._asked(scope)
        packed = await asyncio.to_thread(self._packed, asked) if asked else None
        if asked is None or packed is None:
            await self._inner(scope, receive, send)
            return
        kind = mimetypes.guess_type(asked)[0] or "application/octet-stream"
        head = [
            (b"content-type", f"{kind}; charset=utf-8".encode()),
            (b"content-encoding", b"gzip"),
            (b"content-length", str(len(packed)).encode()),
            (b"vary", b"accept-encoding"),
            # The names of these files change with their content.
            (b"cache-control", b"public, immutable, max-age=31536000"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": packed})

    def _asked(self, scope: Scope) -> str | None:
        """The file that is asked for, below the folder of Streamlit's page; None for everything else."""
        if scope["type"] != "http" or scope.get("method") != "GET":
            return None
        said = {name.lower(): value for name, value in scope.get("headers") or ()}
        found = _ASKED.fullmatch(str(scope.get("path", "")))
        takes = b"gzip" in said.get(b"accept-encoding", b"") and b"range" not in said
        return found[1] if found and takes and ".." not in found[1] else None

    def _packed(self, name: str) -> bytes | None:
        """A file in gzip; None where it is not there. What was not asked for longest is forgotten first."""
        if (kept := self._kept.get(name)) is not None:
            return kept
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root) or not path.is_file():
            return None
        packed = gzip.compress(path.read_bytes(), LEVEL, mtime=0)
        with self._lock:
            self._kept[name] = packed
            while sum(map(len, self._kept.values())) > KEPT_BYTES and len(self._kept) > 1:
                self._kept.popitem(last=False)
        return packed
