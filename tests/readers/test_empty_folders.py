"""A folder beside those of the classes that holds nothing to read is told; wrappers, junk and parts are not."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from core import ingest
from tests.readers.archive_files import pack, pictures, texts


def names(*folders: str, ending: str = ".txt") -> list[str]:
    return [f"{folder}/{k}{ending}" for folder in folders for k in range(11)]


def read(path: Path, members: dict[str, bytes | str], empty: tuple[str, ...]) -> list[str]:
    pack(path, members)
    with zipfile.ZipFile(path, "a") as more:
        for folder in empty:
            more.writestr(folder + "/", b"")
    return [one for one in ingest.read(path).warnings if "beside the classes" in one]


@pytest.mark.parametrize(
    ("folders", "more", "empty", "told"),
    [
        (("cats", "dogs"), {}, ("birds",), "1 folder beside the classes holds no text, so it is no class: “birds”."),
        (("d/train/cats", "d/train/dogs"), {}, ("d/train/birds", "d/train/fish"), "“birds”, “fish”"),
        (("cats", "dogs"), {"birds/.gitkeep": b"", "birds/Thumbs.db": b"x"}, (), "“birds”"),
        (("top/cats", "top/dogs"), {}, ("top/birds", "top"), "“birds”"),
    ],
)
def test_empty_folders_of_classes_are_told(
    folders: tuple[str, ...], more: dict[str, bytes | str], empty: tuple[str, ...], told: str, tmp_path: Path
) -> None:
    said = read(tmp_path / "a.zip", {**texts(names(*folders)), **more}, empty)
    assert len(said) == 1 and told in said[0]


def test_an_empty_folder_of_pictures_and_one_on_disk_are_told(tmp_path: Path) -> None:
    said = read(tmp_path / "a.zip", pictures(names("cats", "dogs", ending=".png")), ("birds",))
    assert "holds no picture" in said[0]
    for name, text in texts(names("x/cats", "x/dogs")).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    (tmp_path / "x/birds").mkdir()
    assert any("“birds”" in one for one in ingest.read(tmp_path / "x").warnings)


@pytest.mark.parametrize("empty", [("top", "top/cats", "top/dogs"), ("__MACOSX", "__MACOSX/top"), ("other",), ()])
def test_folders_that_hold_classes_and_junk_are_not_told(empty: tuple[str, ...], tmp_path: Path) -> None:
    assert read(tmp_path / "a.zip", dict(texts(names("top/cats", "top/dogs"))), empty) == []
