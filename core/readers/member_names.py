"""Members of an archive by everything a table may call them: path, name, stem or number."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from core.readers.folder_roles import PART, read_folder_name

# Folders in front of a name that a table may leave out, or have more of.
DEEPEST = 12
WAYS = ("path", "stem", "number")


class MemberNames:
    """Finds the one member that a cell of a table names."""

    def __init__(self, members: Sequence[str], parts: Mapping[str, str]) -> None:
        """Args: members: paths with forward slashes. parts: member -> the folder that names its part of the data."""
        self.ways: dict[str, dict[str, list[str]]] = {way: defaultdict(list) for way in WAYS}
        self.parts = {name: read_folder_name(folder).word for name, folder in parts.items()}
        self.count = len(members)
        self.one_folder = len({PurePosixPath(name).parent for name in members}) == 1
        for name in members:
            path = PurePosixPath(plain_path(name))
            pieces = path.parts
            for start in {0, *range(max(0, len(pieces) - DEEPEST), len(pieces))}:
                self.ways["path"]["/".join(pieces[start:])].append(name)
                self.ways["stem"]["/".join((*pieces[start:-1], path.stem))].append(name)
            if path.stem.isdecimal():
                self.ways["number"][str(int(path.stem))].append(name)

    def find(self, cell: str, way: str, part: str = "") -> str:
        """The one member a cell names, "" for none or several.

        Args:
            cell: as it is written. way: one of ``WAYS``. part: "train", "test" or "valid" if the table is of one.
        """
        found = self._named(cell, way)
        if len(found) > 1 and part:
            found = [name for name in found if self.parts.get(name) == part] or found
        return found[0] if len(found) == 1 else ""

    def count_of(self, cell: str) -> int:
        """How many members a cell could name.

        Args:
            cell: as it is written.
        """
        return max(len(self._named(cell, way)) for way in WAYS)

    def _named(self, cell: str, way: str) -> list[str]:
        text = plain_path(cell)
        if way == "number":
            text = text.removesuffix(".0")
            return self.ways[way].get(str(int(text)), []) if text.isdecimal() else []
        pieces = text.split("/", DEEPEST * 4)
        # Folders in front that the archive lacks (/data/pics/1.png) may go, the last one only if there is one folder.
        for start in range(len(pieces) if self.one_folder else max(1, len(pieces) - 1)):
            rest = "/".join(pieces[start:])
            found = self.ways[way].get(rest, [])
            if not found and way == "stem" and "." in pieces[-1]:
                found = self.ways[way].get(rest.rsplit(".", 1)[0], [])
            if found:
                gone = {one.word for one in map(read_folder_name, pieces[:start]) if one.role == PART}
                return [name for name in found if not gone or self.parts.get(name, "") in gone | {""}]
        return []


def plain_path(text: str) -> str:
    """A path in one spelling: forward slashes, composed letters, lower case, nothing in front.

    Args:
        text: as it is written in an archive or a table.
    """
    plain = unicodedata.normalize("NFC", text.strip().replace("\\", "/")).casefold()
    while plain.startswith(("./", "/", "../")):
        plain = plain.split("/", 1)[1]
    return plain
