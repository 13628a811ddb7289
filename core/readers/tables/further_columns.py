"""Columns beside a column whose texts hold several numbers ("120/80"): their names, and types that a person sets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from core.readers.tables.column_names import may_be_further
from core.readers.tables.overruled_columns import read_column
from core.readers.tables.typed_column import TypedColumn
from core.schema import LoadError
from core.wording import quote_names

if TYPE_CHECKING:
    from core.schema import ReadAs

ALONE: tuple[ReadAs, ...] = ("number", "category", "drop")


def with_further(typed: Sequence[TypedColumn]) -> list[TypedColumn]:
    """The columns, each followed by those that its texts also hold, under names that no other column has.

    Args:
        typed: as they were read.
    """
    names = {one.column.name for one in typed}
    found = []
    for one in typed:
        found.append(replace(one, further=()))
        for more in one.further:
            name = next(new for n in range(len(typed) + 2) if (new := more.column.name + "'" * n) not in names)
            names.add(name)
            found.append(replace(more, column=replace(more.column, name=name)))
    return found


def overrule_further(typed: Sequence[TypedColumn], types: Mapping[str, str]) -> list[TypedColumn]:
    """The columns with their further ones among them, these read as a person said.

    Args:
        typed: as they were read. types: what was said, of these and of other columns.

    Raises:
        LoadError: there is no such column, or it cannot have that type.
    """
    own = [one.column.name for one in typed]
    found = with_further(typed)
    places = {one.column.name: place for place, one in enumerate(found)}
    for name, kind in types.items():
        if name in own or not may_be_further(name, own):
            continue
        if name not in places:
            raise LoadError(
                f"There is no column {quote_names([name])} whose type could be set.",
                f"the columns are {quote_names(places, 12)}",
                "Name one of them.",
            )
        known = next((one for one in ALONE if one == kind), None)
        if known is None:
            raise LoadError(
                f"Column {quote_names([name])} holds a further number of another column and cannot be read as {kind}.",
                how="Choose number, category or drop, or set the type of the column that it comes from.",
            )
        found[places[name]] = _overruled(found[places[name]], known)
    return found


def _overruled(one: TypedColumn, kind: ReadAs) -> TypedColumn:
    import pyarrow as pa

    if kind != "category" or isinstance(one.values, tuple):
        return replace(one, overruled=kind)
    words = ["" if value != value else f"{value:.10g}" for value in one.values.tolist()]
    return read_column(one.column.name, pa.array(words, type=pa.string()), kind)
