"""The frame says above every page that nothing can be stored, and draws the page only where results can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import limits
from core.storage import paths

ROOT = Path(__file__).resolve().parents[3]


def opened() -> AppTest:
    return AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()


def test_a_home_that_cannot_be_written_is_said_at_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path / "file"))
    app = opened()
    assert not app.exception and not app.error, "no fault of ours"
    said = "\n".join(one.value for one in app.text)
    assert "cannot be made, because a file stands in its place" in said and "CROSSOVER_HOME" in said
    assert str(tmp_path) not in said, "where it lies is the server's business"
    assert not app.title, "the page itself is not drawn"


def test_a_full_disk_is_said_above_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSOVER_HOME", str(tmp_path))
    monkeypatch.setattr(paths, "free_bytes", lambda: limits.MB)
    app = opened()
    assert not app.exception
    assert "on a disk with 1 MB left" in "\n".join(one.value for one in app.text)
    assert app.title, "the page stands below"
