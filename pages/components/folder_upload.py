"""A folder dropped into the browser becomes one plain zip, so that everything after it reads one kind of file."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import IO, Any

from core import limits
from core.schema import LoadError
from pages.ui.formatting import format_bytes


def zip_name(files: Sequence[Any]) -> str:
    """What the zip is called: the folder's own name."""
    first = PurePosixPath(str(files[0].name).replace("\\", "/")) if files else PurePosixPath("folder")
    return f"{first.parts[0] if len(first.parts) > 1 else 'folder'}.zip"


def zip_folder(files: Sequence[Any]) -> IO[bytes]:
    """The files of a folder as one zip without compression, open for reading from its start.

    files: uploads whose names are paths within the folder; their content is copied, not read for meaning.

    Raises:
        LoadError: no files, too many, or too large together.
    """
    if not files:
        raise LoadError("The folder is empty.", how="Choose a folder with one folder of files per class.")
    if len(files) > limits.ARCHIVE_MEMBERS:
        raise LoadError(
            f"The folder holds {len(files):,} files; the limit is {limits.ARCHIVE_MEMBERS:,}.",
            how="Upload a part of it.",
        )
    size = sum(int(file.size) for file in files)
    if size > limits.UPLOAD_BYTES:
        raise LoadError(
            f"The folder has {format_bytes(size)}; the limit is {format_bytes(limits.UPLOAD_BYTES)}.",
            how="Upload a part of it.",
        )
    made = tempfile.SpooledTemporaryFile(max_size=limits.MB, mode="w+b")  # noqa: SIM115 - the caller closes it
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            with archive.open(zipfile.ZipInfo(str(file.name).replace("\\", "/")), "w") as member:
                while block := file.read(limits.MB):
                    member.write(block)
    made.seek(0)
    return made
