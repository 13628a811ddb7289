"""Content decides what a file is; names only have to agree with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.readers import file_rejections, file_signatures
from core.schema import LoadError
from tests.hostile.disguises import strangers


@pytest.mark.parametrize("key", strangers())
def test_no_stranger_is_taken_for_text(key: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(strangers()[key])
    kind = file_signatures.file_type(path)
    assert kind != "text"
    assert kind in file_signatures.TITLES
    assert not key.startswith("pickle") or kind == "pickle"


@pytest.mark.parametrize(
    "data", [b"a,b\n1,2\n", "größe,b\n".encode("latin-1"), "a,b\n".encode("utf-16"), b"[x],y\n1,2\n"]
)
def test_text_is_text(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(data * 20)
    assert file_signatures.file_type(path) == "text"


def test_name_and_content_must_agree(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"a,b\n1,2\n")
    assert file_rejections.check_file_type(path, "shop.CSV") == "text"
    assert file_rejections.check_file_type(path, "shop") == "text"
    for name in ("x.xlsx", "x.parquet", "x.png", "x.xls", "x.csv.gz", "x.pkl"):
        with pytest.raises(LoadError, match="named"):
            file_rejections.check_file_type(path, name)
    assert file_rejections.suffix_of("a.b.CSV.GZ") == ".csv.gz"
