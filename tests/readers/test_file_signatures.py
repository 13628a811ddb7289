"""Content decides what a file is; names only have to agree with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.readers import file_rejections as refusals
from core.readers import file_signatures as sniff
from core.schema import LoadError
from tests.hostile.disguises import strangers


@pytest.mark.parametrize("key", strangers())
def test_no_stranger_is_taken_for_text(key: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(strangers()[key])
    kind = sniff.kind_of(path)
    assert kind != "text"
    assert kind in sniff.TITLES
    assert not key.startswith("pickle") or kind == "pickle"


@pytest.mark.parametrize(
    "data", [b"a,b\n1,2\n", "größe,b\n".encode("latin-1"), "a,b\n".encode("utf-16"), b"[x],y\n1,2\n"]
)
def test_text_is_text(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(data * 20)
    assert sniff.kind_of(path) == "text"


def test_name_and_content_must_agree(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"a,b\n1,2\n")
    assert refusals.checked_kind(path, "shop.CSV") == "text"
    assert refusals.checked_kind(path, "shop") == "text"
    for name in ("x.xlsx", "x.parquet", "x.png", "x.xls", "x.csv.gz", "x.pkl"):
        with pytest.raises(LoadError, match="named"):
            refusals.checked_kind(path, name)
    assert refusals.suffix_of("a.b.CSV.GZ") == ".csv.gz"
