"""Opens a table by its content: separated text, Excel or Parquet."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path

from core import limits
from core.readers import file_rejections
from core.schema import Dataset, LoadError
from core.wording import format_bytes


def read_table(path: Path, name: str, types: Mapping[str, str] | None = None, sheet: str | None = None) -> Dataset:
    """Reads a table.

    Args:
        path: of the file. name: as the browser gave it. types: columns whose type a person set, see ``READ_AS``.
        sheet: the name of one of a workbook; None takes the one from which most can be learnt.

    Raises:
        LoadError: it is no table, damaged, over a limit, or a column cannot be read as its type was set.
    """
    from core.readers.tables.formats.trade_formats import read_trade_format, trade_format

    kind = file_rejections.check_file_type(path, name)
    if kind == "parquet" and sheet is None:
        from core.readers.tables.formats.parquet_reader import read_parquet

        return read_parquet(path, name, types)
    if kind == "xlsx":
        from core.readers.tables.formats.excel_reader import read_excel

        return read_excel(path, name, types, sheet)
    if sheet is not None:
        raise LoadError("Only a workbook has sheets; this is no workbook.", name, "Leave the sheet out.")
    if kind == "gzip" and file_rejections.suffix_of(name) in (".csv.gz", ".tsv.gz", ".txt.gz"):
        from core.readers.tables.formats.csv_reader import read_csv_bytes

        data = gunzip(path, name)
        if made := trade_format(data):
            return read_trade_format(data, name, made, types)
        return read_csv_bytes(data, name, types)
    if kind != "text":
        raise file_rejections.rejection(kind, name)
    if made := trade_format_of(path):
        return read_trade_format(path.read_bytes(), name, made, types)
    from core.readers.tables.formats.csv_reader import read_csv as read_text

    return read_text(path, name, types)


def trade_format_of(path: Path) -> str:
    """Which format of machine learning a text file is in, see ``trade_formats``; "" for none.

    Args:
        path: of a file that holds text.
    """
    from core.readers.tables.formats.trade_formats import PEEKED, trade_format

    with open(path, "rb") as file:
        return trade_format(file.read(PEEKED))


def gunzip(path: Path, name: str) -> bytes:
    """The bytes of a gzip file, unpacked piece by piece so that a bomb is seen before it fills the memory.

    Raises:
        LoadError: damaged, or over the limit of size or ratio.
    """
    packed = path.stat().st_size
    most = min(limits.UPLOAD_BYTES, max(limits.ARCHIVE_RATIO_FROM_BYTES, limits.ARCHIVE_RATIO * packed))
    pieces, total = [], 0
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        with open(path, "rb") as file:
            rest = b""
            while piece := rest or file.read(1 << 16):
                out = unpack.decompress(piece, 1 << 20)
                pieces.append(out)
                total += len(out)
                if total > most:
                    raise LoadError(
                        f"The gzip file unpacks to more than {format_bytes(most)}, the limit for its size.",
                        name,
                        "This looks like a bomb; upload ordinary data.",
                    )
                rest = unpack.unconsumed_tail
                if unpack.eof:
                    rest = unpack.unused_data
                    if rest.strip(b"\0"):
                        unpack = zlib.decompressobj(zlib.MAX_WBITS | 16)
                    else:
                        break
    except zlib.error:
        raise LoadError("The gzip file is damaged.", name, "Pack it again or upload it unpacked.") from None
    if not unpack.eof:
        raise LoadError("The gzip file is cut short.", name, "Copy it again in full.")
    return b"".join(pieces)
