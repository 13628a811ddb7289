"""ASGI middleware: Streamlit's scripts and styles go out compressed, each compressed once for all visitors."""

from __future__ import annotations

import asyncio
import gzip
import mimetypes
import re
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache
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
# Browsers take brotli over https and from their own machine; it is a tenth smaller than gzip at twice the work.
BROTLI, GZIP = "br", "gzip"


def choose_encoding(accepted: str) -> str | None:
    """The better of two encodings that a browser takes; None where it takes neither.

    Args:
        accepted: its header "accept-encoding".

    Reference:
        RFC 9110, section 12.5.3.
    """
    taken = {
        name.strip().lower() for part in accepted.split(",") for name, _, q in [part.partition(";")] if not _none(q)
    }
    return BROTLI if BROTLI in taken and _has_brotli() else GZIP if GZIP in taken else None


@cache
def _has_brotli() -> bool:
    """Whether the installed Arrow, which Streamlit brings along, was built with the codec."""
    import pyarrow

    return bool(pyarrow.Codec.is_available("brotli"))


def _none(quality: str) -> bool:
    """Whether a quality value such as "q=0.0" refuses."""
    return bool(re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", quality.lower()))


def compress(content: bytes, encoding: str) -> bytes:
    """Bytes in gzip or brotli.

    Args:
        content: of a whole file. encoding: ``BROTLI`` or ``GZIP``.
    """
    if encoding == GZIP:
        return gzip.compress(content, LEVEL, mtime=0)
    import pyarrow

    packed: bytes = pyarrow.Codec("brotli", compression_level=LEVEL).compress(content, asbytes=True)
    return packed


class StaticCompression:
    """Answers for the scripts and styles of Streamlit, which Streamlit itself sends as they lie on the disk."""

    def __init__(self, inner: Inner, root: Path = ROOT) -> None:
        self._inner, self._root = inner, root
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        # Files are compressed in threads, so that several are put down and forgotten at once.
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; whatever is not a whole static text for a browser that takes it compressed goes on unchanged."""
        asked = self._asked(scope)
        packed = await asyncio.to_thread(self._packed, *asked) if asked else None
        if asked is None or packed is None:
            await self._inner(scope, receive, send)
            return
        name, encoding = asked
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        head = [
            (b"content-type", f"{kind}; charset=utf-8".encode()),
            (b"content-encoding", encoding.encode()),
            (b"content-length", str(len(packed)).encode()),
            (b"vary", b"accept-encoding"),
            # The names of these files change with their content.
            (b"cache-control", b"public, immutable, max-age=31536000"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": packed})

    def _asked(self, scope: Scope) -> tuple[str, str] | None:
        """The file that is asked for, below the folder of Streamlit's page, and its encoding; None for all else."""
        if scope["type"] != "http" or scope.get("method") != "GET":
            return None
        said = {name.lower(): value for name, value in scope.get("headers") or ()}
        found = _ASKED.fullmatch(str(scope.get("path", "")))
        encoding = choose_encoding(said.get(b"accept-encoding", b"").decode("latin-1"))
        if found is None or encoding is None or b"range" in said or ".." in found[1]:
            return None
        return found[1], encoding

    def _packed(self, name: str, encoding: str) -> bytes | None:
        """A compressed file; None where it is not there. What was not asked for longest is forgotten first."""
        if (kept := self._kept.get((name, encoding))) is not None:
            return kept
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root) or not path.is_file():
            return None
        packed = compress(path.read_bytes(), encoding)
        with self._lock:
            self._kept[name, encoding] = packed
            while sum(map(len, self._kept.values())) > KEPT_BYTES and len(self._kept) > 1:
                self._kept.popitem(last=False)
        return packed
