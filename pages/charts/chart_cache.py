"""Charts on the page: made once for an object and handed out again at every redraw, which makes a redraw quick."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from typing import Any, Literal

import altair as alt
import pandas as pd
import pyarrow as pa
import streamlit as st

from pages.backend import derived_cache
from pages.ui import theme

Chart = alt.Chart | alt.LayerChart | alt.VConcatChart
NODE_BYTES = 250


def cached_chart_of(subject: Any, make: Callable[[theme.Palette], Chart], alt: str, name: Hashable) -> None:
    """Draws the chart of an object; it is made again only when the object, ``name`` or the theme is another.

    Args:
        subject: what the chart shows, unchanging (a Contest).
        make: palette -> chart, from nothing but ``subject`` and ``name``.
        alt: what a screen reader says of it.
        name: the chart's name, with every choice of the reader that it depends on.
    """
    ink = theme.current_palette()
    made = derived_cache.cached_for(subject, ("chart", name, ink.paper), lambda: vega_spec(make(ink)), _bytes)
    st.vega_lite_chart(dict(made), alt=alt, height=reserved_height(made))


def cached_chart_of_values(make: Callable[..., Chart], *values: Any, alt: str, **options: Any) -> None:
    """Draws a chart of plain values; it is made again only when one of them or the theme is another.

    Args:
        make: is called with ``values``, ``palette`` and ``options``.
        values, options: numbers, strings, and mappings, lists and records of them, whose ``repr`` is complete (no
            array).
        alt: what a screen reader says of it.
    """
    ink = theme.current_palette()
    said = repr((make.__module__, make.__qualname__, values, sorted(options.items()), ink.paper))
    by = hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()
    made = derived_cache.cached_for(
        cached_chart_of_values, by, lambda: vega_spec(make(*values, palette=ink, **options)), _bytes
    )
    st.vega_lite_chart(dict(made), alt=alt, height=reserved_height(made))


def reserved_height(made: dict[str, Any]) -> int | Literal["content"]:
    """The pixels that a chart takes with its axes and legend, so that its place is kept until it is drawn.

    Returns:
        The height of the specification, which the page takes for the whole of a chart; "content" of charts that stand
        above one another or grow with their bars, which is known only when they are drawn.
    """
    height = made.get("height")
    alone = not {"vconcat", "hconcat", "facet"} & set(made)
    return round(height) if alone and isinstance(height, int | float) else "content"


def chart_height(drawing: Chart) -> int | Literal["content"]:
    """The same of a chart that is not kept."""
    parts = {"vconcat": None} if isinstance(drawing, alt.VConcatChart) else {"height": drawing.height}
    return reserved_height(parts)


def vega_spec(drawing: Chart) -> dict[str, Any]:
    """A chart as the browser gets it, its tables beside it as Arrow; the tests validate charts, a redraw does not."""
    tables: dict[str, bytes] = {}
    _part(drawing, tables)
    return {**drawing.to_dict(validate=False), "datasets": tables}


def _part(drawing: Any, tables: dict[str, bytes]) -> None:
    """Puts the name of its content in place of every table of a chart and its parts."""
    if isinstance(drawing.data, pd.DataFrame):
        packed = _arrow(drawing.data)
        name = hashlib.sha256(packed).hexdigest()[:24]
        tables[name] = packed
        drawing.data = alt.NamedData(name=name)
    for group in ("layer", "vconcat", "hconcat"):
        parts = getattr(drawing, group, alt.Undefined)
        for one in parts if isinstance(parts, list) else ():
            _part(one, tables)


def _arrow(table: pd.DataFrame) -> bytes:
    try:
        packed = pa.Table.from_pandas(table)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        # A column of words and numbers together: as words.
        packed = pa.Table.from_pandas(table.astype({name: str for name in table if table[name].dtype == object}))
    sink = pa.BufferOutputStream()
    with pa.RecordBatchStreamWriter(sink, packed.schema) as writer:
        writer.write_table(packed)
    return bytes(sink.getvalue())


def _bytes(made: dict[str, Any]) -> int:
    data = sum(map(len, made["datasets"].values()))
    return data + NODE_BYTES * _nodes({key: value for key, value in made.items() if key != "datasets"})


def _nodes(part: Any) -> int:
    if isinstance(part, dict):
        return 1 + sum(_nodes(value) for value in part.values())
    return 1 + sum(map(_nodes, part)) if isinstance(part, list) else 1
