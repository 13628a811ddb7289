"""Scripts and styles go out compressed to browsers that take it, and nothing else changes."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow
import pytest

from pages.shell import static_compression
from pages.shell.static_compression import StaticCompression

SCRIPT = b"const word = 'crossover';\n" * 400


async def inside(scope: Any, receive: Any, send: Any) -> None:
    """The application behind it, which says that it was asked."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"x-inside", b"1")]})
    await send({"type": "http.response.body", "body": b"inside"})


def asked(door: StaticCompression, path: str, method: str = "GET", **headers: str) -> tuple[dict[bytes, bytes], bytes]:
    """The headers and the body of an answer."""
    told: list[Any] = []

    async def send(message: Any) -> None:
        told.append(message)

    said = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    asyncio.run(door({"type": "http", "method": method, "path": path, "headers": said}, None, send))  # type: ignore[arg-type]
    return dict(told[0]["headers"]), told[1]["body"]


@pytest.fixture
def door(tmp_path: Path) -> StaticCompression:
    (tmp_path / "page" / "static" / "js").mkdir(parents=True)
    (tmp_path / "page" / "static" / "js" / "main.js").write_bytes(SCRIPT)
    (tmp_path / "secret.js").write_bytes(b"secret")
    return StaticCompression(inside, tmp_path / "page")


def test_a_script_goes_out_in_gzip_and_is_compressed_once(
    door: StaticCompression, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers, body = asked(door, "/static/js/main.js", accept_encoding="gzip, deflate")
    assert gzip.decompress(body) == SCRIPT and len(body) < len(SCRIPT) / 10
    assert headers[b"content-encoding"] == b"gzip" and int(headers[b"content-length"]) == len(body)
    assert headers[b"content-type"].startswith(b"text/javascript") and b"immutable" in headers[b"cache-control"]
    monkeypatch.setattr(static_compression.gzip, "compress", lambda *_, **__: pytest.fail("again"))
    assert asked(door, "/static/js/main.js", accept_encoding="gzip")[1] == body


def test_brotli_goes_to_browsers_that_take_it(door: StaticCompression) -> None:
    headers, body = asked(door, "/static/js/main.js", accept_encoding="gzip, deflate, br, zstd")
    assert headers[b"content-encoding"] == b"br" and int(headers[b"content-length"]) == len(body)
    plain = pyarrow.Codec("brotli").decompress(body, decompressed_size=len(SCRIPT), asbytes=True)
    assert plain == SCRIPT
    again = asked(door, "/static/js/main.js", accept_encoding="gzip")
    assert again[0][b"content-encoding"] == b"gzip" and gzip.decompress(again[1]) == SCRIPT


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip, deflate, br", "br"), ("BR;q=1.0, gzip;q=0.8", "br"), ("br;q=0, gzip", "gzip"), ("br; q=0.0", None),
        ("gzip;q=0", None), ("identity", None), ("", None), ("brotli, xgzip", None),
    ],
)  # fmt: skip
def test_the_encoding_is_one_that_the_browser_takes(accepted: str, chosen: str | None) -> None:
    assert static_compression.choose_encoding(accepted) == chosen


def test_without_the_codec_gzip_is_sent(door: StaticCompression, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_compression, "_has_brotli", lambda: False)
    assert asked(door, "/static/js/main.js", accept_encoding="br, gzip")[0][b"content-encoding"] == b"gzip"


@pytest.mark.parametrize(
    ("path", "method", "headers"),
    [
        ("/static/js/main.js", "GET", {}),
        ("/static/js/main.js", "HEAD", {"accept_encoding": "gzip"}),
        ("/static/js/main.js", "GET", {"accept_encoding": "gzip", "range": "bytes=0-9"}),
        ("/static/js/none.js", "GET", {"accept_encoding": "gzip"}),
        ("/static/../../secret.js", "GET", {"accept_encoding": "gzip"}),
        ("/static/%2e%2e/secret.js", "GET", {"accept_encoding": "gzip"}),
        ("/media/secret.js", "GET", {"accept_encoding": "gzip"}),
        ("/", "GET", {"accept_encoding": "gzip"}),
    ],
)
def test_everything_else_goes_on_unchanged(
    door: StaticCompression, path: str, method: str, headers: dict[str, str]
) -> None:
    told, body = asked(door, path, method, **headers)
    assert told == {b"x-inside": b"1"} and body == b"inside"


def test_what_is_kept_has_a_limit(door: StaticCompression, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "page" / "static" / "js" / "other.js").write_bytes(bytes(range(256)) * 40)
    monkeypatch.setattr(static_compression, "KEPT_BYTES", 100)
    for name in ("main", "other", "main"):
        assert asked(door, f"/static/js/{name}.js", accept_encoding="gzip")[0][b"content-encoding"] == b"gzip"
    assert len(door._kept) == 1


def test_many_visitors_at_once_all_get_their_files(
    door: StaticCompression, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    names = [f"part{place}.js" for place in range(200)]
    for name in names:
        (tmp_path / "page" / "static" / "js" / name).write_bytes(b"x")
    # Every look at what is kept gives another thread the processor.
    monkeypatch.setattr(static_compression, "map", lambda how, kept: _slowly(kept), raising=False)
    monkeypatch.setattr(static_compression, "KEPT_BYTES", 1_000)
    with ThreadPoolExecutor(8) as threads:
        packed = list(threads.map(lambda name: door._packed(f"static/js/{name}", "gzip"), names))
    assert all(gzip.decompress(one or b"") == b"x" for one in packed)


def _slowly(kept: Iterable[bytes]) -> Iterator[int]:
    for one in kept:
        time.sleep(0)
        yield len(one)


def test_the_folder_of_the_page_is_there() -> None:
    assert (static_compression.ROOT / "index.html").is_file() and list(static_compression.ROOT.glob("static/js/*.js"))
