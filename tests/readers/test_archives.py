"""Archives: classes by folder, members within a budget, nothing read that lies about itself."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from core import limits
from core.readers import archives
from core.schema import LoadError


def packed(path: Path, members: dict[str, bytes]) -> Path:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(name, data)
    path.write_bytes(held.getvalue())
    return path


def test_reads_what_was_stored(tmp_path: Path) -> None:
    archive = archives.open_archive(
        packed(tmp_path / "a.zip", {"a/1.txt": b"one" * 99, "b\\2.txt": b"two", "README": b"x"})
    )
    assert archive.names == ("a/1.txt", "b/2.txt") and archive.junk == 1
    assert archive.read("a/1.txt") == b"one" * 99 and archive.read("b/2.txt") == b"two"


def test_a_folder_reads_like_a_zip_but_links_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "cats").mkdir()
    (tmp_path / "cats" / "1.txt").write_bytes(b"x")
    os.symlink("/etc/passwd", tmp_path / "cats" / "2.txt")
    archive = archives.open_archive(tmp_path)
    assert archive.names == ("cats/1.txt",) and "cats/2.txt" in archive.left_out
    assert archive.read("cats/1.txt") == b"x"


def test_limits_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "a.zip", {f"a/{i}": os.urandom(1_000) for i in range(30)})
    for name, value, words in (
        ("ARCHIVE_MEMBERS", 20, "20"),
        ("MEMBER_BYTES", 500, "limit"),
        ("ARCHIVE_UNPACKED_BYTES", 20_000, "limit"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(limits, name, value)
            with pytest.raises(LoadError, match=words):
                archives.open_archive(path)
    assert len(archives.open_archive(path).names) == 30


def test_junk_is_known() -> None:
    assert all(
        map(archives.is_junk, ("__MACOSX/a.png", "a/._b.png", "a/.DS_Store", "Thumbs.db", "README.txt", "License"))
    )
    assert not archives.is_junk("cats/readable.png")
