"""A dropped folder becomes one zip that keeps its paths; an empty or oversized one is refused in words."""

from __future__ import annotations

import io
import zipfile

import pytest

from core import limits
from core.schema import LoadError
from pages.components import folder_upload


class File(io.BytesIO):
    """An upload with a path for a name."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(content)
        self.name, self.size = name, len(content)


def test_paths_and_bytes_are_kept() -> None:
    files = [File("mine/cat/1.png", b"one"), File("mine\\dog\\2.png", b"two")]
    with folder_upload.zip_folder(files) as made, zipfile.ZipFile(made) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "mine/cat/1.png": b"one", "mine/dog/2.png": b"two",
        }  # fmt: skip
        assert all(member.compress_type == zipfile.ZIP_STORED for member in archive.infolist())
    assert folder_upload.zip_name(files) == "mine.zip" and folder_upload.zip_name([File("1.png", b"")]) == "folder.zip"


def test_limits_are_told_with_their_numbers() -> None:
    with pytest.raises(LoadError, match="empty"):
        folder_upload.zip_folder([])
    with pytest.raises(LoadError, match=f"{limits.ARCHIVE_MEMBERS:,}"):
        folder_upload.zip_folder([File("a", b"")] * (limits.ARCHIVE_MEMBERS + 1))
    heavy = File("a", b"")
    heavy.size = limits.UPLOAD_BYTES + 1
    with pytest.raises(LoadError, match="200 MB"):
        folder_upload.zip_folder([heavy])
