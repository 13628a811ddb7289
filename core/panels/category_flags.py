"""Columns of few words in a table of series -> columns of 0 and 1, so that regions, weather or named days count too."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.panels.panel_roles import PanelRoles
from core.schema import Column, Dataset

MOST_WORDS, MOST_FLAGS = 8, 24
MARK = ": "


@dataclass(frozen=True)
class FlaggedTable:
    """A table with columns of 0 and 1; its roles, with these as values beside what is foretold; and the columns of
    words that they came from."""

    table: Dataset
    roles: PanelRoles
    sources: tuple[str, ...] = ()


def with_flags(table: Dataset, roles: PanelRoles) -> FlaggedTable:
    """The table with a column of 0 and 1 for every word of a column that has 2 to 8 of them.

    Rows without a word have 0 in all of these. The time, the names of series and numbers stay as they are.

    Args:
        table: with a column of times. roles: of its columns.
    """
    if roles.wide:
        return FlaggedTable(table, roles)
    taken = {roles.time, *roles.keys, *roles.values}
    frame, columns = table.inputs, list(table.columns)
    names: list[str] = []
    sources: list[str] = []
    for one in table.columns:
        if one.name in taken or one.type != "categorical" or not 2 <= one.distinct <= MOST_WORDS:
            continue
        words = frame[one.name].astype("string")
        there = sorted(str(word) for word in words.dropna().unique())
        if len(names) + len(there) > MOST_FLAGS:
            break
        sources.append(one.name)
        for word in there:
            name = f"{one.name}{MARK}{word}"
            if name in frame.columns:
                continue
            frame = frame.assign(**{name: (words == word).fillna(False).astype(float)})
            columns.append(Column(name, "numeric", 0, 2))
            names.append(name)
    made = replace(table, inputs=frame, columns=tuple(columns))
    return FlaggedTable(made, replace(roles, values=(*roles.values, *names)), tuple(sources))
