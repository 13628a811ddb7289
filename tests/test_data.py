"""The embedded data: every file has its line, and all together stay small."""

from __future__ import annotations

from pathlib import Path

import pytest

DATA = Path(__file__).parents[1] / "data"
FILES = sorted(path for path in DATA.rglob("*") if path.is_file() and path.suffix != ".md")
NOTICED = [path for path in FILES if path.parts[-2] in ("samples", "copyleft", "models")]


def test_all_together_stay_under_25_mb():
    assert sum(path.stat().st_size for path in FILES) <= 25_000_000


@pytest.mark.parametrize("path", NOTICED, ids=lambda path: path.name)
def test_every_file_has_its_provenance(path):
    told = (DATA / "README.md").read_text(encoding="utf-8")
    notices = "".join(file.read_text(encoding="utf-8") for file in DATA.rglob("NOTICE.md"))
    assert path.name in told or path.name in notices


def test_no_pickles_and_no_unlisted_formats():
    allowed = {".parquet", ".npz", ".zip", ".gz", ".onnx", ".toml", ".GPL-2", ".Apache-2", ".0", ".json"}
    assert {path.suffix for path in FILES} <= allowed | {".png", ".svg", ".jpg", ".webp"}
