"""Content decides what a file is; names only have to agree with it."""

from __future__ import annotations

import bz2
import gzip
import lzma
from pathlib import Path

import pytest

from core import ingest
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


FIELD = b"NAME".ljust(11, b"\0") + b"C" + b"\0" * 4 + bytes([10, 0]) + b"\0" * 14
DBASE = bytes([3, 120, 1, 1, 40, 0, 0, 0, 65, 0, 11, 0]) + b"\0" * 20 + FIELD + b"\r" + b" abcdefghij" * 40
XPORT = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!" + b"0" * 30 + b"  "
RDS = b"X\n\0\0\0\3\0\4\3\0\0\3\5\0\0\0\0\5UTF-8" + bytes(range(256))


@pytest.mark.parametrize(
    ("kind", "name", "data", "way"),
    [
        ("dbase", "a.dbf", DBASE, "spreadsheet"), ("dbase", "a.csv", DBASE, "spreadsheet"),
        ("dbase", "a", b"\x83" + DBASE[1:], "spreadsheet"), ("dbase", "a.bin", b"\x30" + DBASE[1:], "spreadsheet"),
        ("xport", "a.xpt", XPORT * 4, "read_sas"), ("xport", "a.csv", XPORT * 4, "read_sas"),
        ("xport", "a.txt", XPORT.replace(b"LIBRARY", b"LIBV8  ") * 4, "read_sas"),
        ("sas", "a.sas7bdat", bytes(12) + bytes.fromhex("c2ea8160b31411cfbd920800") + RDS, "read_sas"),
        ("rdata", "a.rds", RDS, "write.csv"), ("rdata", "a.rds", gzip.compress(RDS), "write.csv"),
        ("rdata", "a.csv.gz", gzip.compress(RDS), "write.csv"), ("rdata", "a.rds", bz2.compress(RDS), "write.csv"),
        ("rdata", "a.RData", lzma.compress(b"RDX3\n" + RDS), "write.csv"),
        ("rdata", "a.rds", b"A\n3\n262912\n197888\n", "write.csv"),
        ("spss", "a.por", b"ASCII SPSS PORT FILE    " * 9, "read_spss"),
        ("stata", "a.dta", bytes([115, 2, 1, 0]) + RDS, "read_stata"),
        ("matlab", "a.mat", b"MATLAB 5.0 MAT-file, Platform: GLNXA64".ljust(128) + RDS, "writetable"),
        ("matrix market", "a.mtx", b"%%MatrixMarket matrix coordinate real general\n3 3 1\n1 1 2.5\n", "mmread"),
        ("matrix market", "a.csv", b"%%MatrixMarket matrix array real general\n3 1\n1\n2\n3\n", "mmread"),
        ("sylk", "a.slk", b'ID;PWXL;N;E\nC;Y1;X1;K"a"\nC;Y2;X1;K3\nE\n', "CSV"),
        ("sql", "a.sql", b"INSERT INTO a VALUES (1, 'x');\n" * 9, "database"),
        ("access", "a.mdb", b"\0\1\0\0Standard Jet DB\0" + RDS, "database"),
        ("latex", "a.tex", b"\\begin{tabular}{cc}\na & b \\\\\n1 & 2 \\\\\n", "CSV"),
    ],
)  # fmt: skip
def test_formats_of_other_programs_are_refused_by_name_with_the_way_out(
    kind: str, name: str, data: bytes, way: str, tmp_path: Path
) -> None:
    path = tmp_path / "x"
    path.write_bytes(data)
    assert file_signatures.file_type(path) == kind
    told = ingest.inspect(path, name)["message"]
    assert file_signatures.TITLES[kind] in told and way in told


@pytest.mark.parametrize(
    "header",
    [
        "ORC,age,y", "ID3,age,y", "PAR1,GGUF,y", "BZh;age;y", "%PDF-share,age,y", "#!/path,age,y", "<!--a-->,age,y",
        "<?xml?>,age,y", "<html>,b,y", "[1],[2],[3]", '{"a",age,y', "(lp1,age,y", "---\tage\ty", "!!python/x,age,y",
        "ID;P;y", "FCS2.0,a,b", "CDF,a,b", "OggS,a,b",
    ],
)  # fmt: skip
def test_names_of_columns_may_be_the_first_bytes_of_other_files(header: str, tmp_path: Path) -> None:
    path, mark = tmp_path / "a.csv", next(one for one in ",;\t" if one in header)
    path.write_text("\n".join([header, *(mark.join((str(k), f"{k * 7 % 11}", "pq"[k % 2])) for k in range(30))]))
    made = ingest.read(path)
    assert len(made) == 30 and made.inputs.shape[1] == 3
    assert list(made.inputs.columns) == [one.strip('"') for one in header.split(mark)] or header.startswith("{")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("json", '{"a": 1, "b": 2}\n' * 9), ("json", "[[1, 2],\n" + "[3, 4],\n" * 6 + "[5, 6]]\n"),
        ("json", "[1, 2, 3]\n" * 9), ("html", "<html><body>\n<p>a, b</p>\n<p>c</p>\n" * 5),
        ("yaml", "---\nx: !!python/object/apply:os.system [ls]\n"), ("xml", "<?xml version='1.0'?>\n<a>1, 2</a>\n" * 3),
        ("notebook", '{"cells": [\n{"cell_type": "code", "source": ""},\n{"cell_type": "code", "source": ""}]}'),
    ],
)  # fmt: skip
def test_what_is_no_table_is_still_named(kind: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "x").write_text(text)
    assert file_signatures.file_type(tmp_path / "x") == kind
