"""A private folder that cannot take anything is told in words before anything is read or fitted."""

from __future__ import annotations

import errno
import io
from pathlib import Path

import pytest

from core import ingest, limits
from core.schema import LoadError
from core.storage import paths
from pages.backend import datasets


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(paths, "free_bytes", lambda: 10 * limits.FREE_DISK_BYTES)
    return tmp_path / "home"


def refuse(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def write(self: Path, data: bytes) -> int:
        raise OSError(number, "refused", str(self))

    monkeypatch.setattr(Path, "write_bytes", write)


def test_a_folder_that_takes_files_is_no_trouble_and_stays_empty(home: Path) -> None:
    assert paths.home_trouble() is None
    paths.check_home()
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "words", "readable"),
    [
        (errno.EROFS, "on a disk that can only be read", False),
        (errno.EACCES, "may not be written by the user", False),
        (errno.ENOSPC, "on a disk that is full", True),
        (errno.EIO, "cannot be written", False),
    ],
)
def test_why_nothing_can_be_written(
    home: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str, readable: bool
) -> None:
    refuse(monkeypatch, number)
    trouble = paths.home_trouble()
    assert trouble is not None and words in trouble.reason and "CROSSOVER_HOME" in trouble.how
    assert (trouble.folder, trouble.readable, trouble.writable) == (home, readable, False)
    with pytest.raises(LoadError, match=words):
        paths.check_home()


def test_a_file_in_its_place_is_named(home: Path) -> None:
    home.write_text("no folder", encoding="utf-8")
    trouble = paths.home_trouble()
    assert trouble is not None and "a file stands in its place" in trouble.reason
    with pytest.raises(LoadError, match="a file stands in its place"):
        ingest.sample_folder("telco_churn")


def test_a_disk_that_is_nearly_full_takes_no_run_and_little_files_still(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "free_bytes", lambda: limits.FREE_DISK_BYTES - limits.MB)
    trouble = paths.home_trouble()
    assert trouble is not None and trouble.readable and trouble.writable
    assert "499 MB left" in trouble.reason
    paths.check_home()


@pytest.mark.parametrize("blocked", ["a file in its place", "a disk that can only be read"])
def test_an_upload_is_refused_in_words_and_inspecting_needs_no_folder(
    blocked: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "a.csv"
    table.write_text("x,y\n" + "".join(f"{k},{'ab'[k % 2]}\n" for k in range(40)), encoding="utf-8")
    if blocked == "a file in its place":
        home.write_text("no folder", encoding="utf-8")
    else:
        refuse(monkeypatch, errno.EROFS)
    for read in (
        lambda: ingest.read_upload(table),
        lambda: datasets.read_upload("a.csv", io.BytesIO(table.read_bytes())),
    ):
        with pytest.raises(LoadError, match="CROSSOVER_HOME"):
            read()
    assert ingest.inspect(table)["rows"] == 40
