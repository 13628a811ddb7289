"""Sensor and time series: a table of readings with a time column, one row per whole series, or an npz of windows."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np

from core import limits
from core.explain import item_thumbnails, maskers
from core.models import input_views
from core.perturbation import corruptions, live_questions
from core.readers import archives, file_signatures, sensor_roles, sensor_tables, series_layout
from core.schema import Column, Dataset, LoadError, Modality, Sample, TableLayout
from core.storage.bundled_files import class_column, labelled_dataset, sample_path
from core.wording import count_of, quote_names

WINDOW_NAMES = ("x", "inputs", "windows", "data", "X")
CLASS_NAMES = ("y", "target", "labels", "label")
GROUP_NAMES = ("subject", "groups", "group", "unit", "person")


def read(path: Path, name: str) -> Dataset:
    """Reads windows, or readings that are cut into windows.

    Returns:
        A Dataset with inputs float32 (n, t, c) and class codes, anomaly marks or numbers as target.

    Raises:
        LoadError: no readings, too few, or a limit passed.
    """
    if not path.is_dir() and file_signatures.file_type(path) == "numpy archive":
        return _from_arrays(path, name)
    from core.readers.tables.read_table import read_table

    return from_table(read_table(path, name), name)


def from_table(table: Dataset, name: str, target: str | None = None) -> Dataset:
    """Windows out of a table of readings or of whole series. target: the column of answers, or None to find it.

    Raises:
        LoadError: no readings, too few, or ``target`` is no column.
    """
    from core.readers.tables.target_inference import find_column

    label = find_column(table.columns, target).name if target else None
    wide = series_layout.numbered_columns(table.columns)
    if wide and label not in wide and not series_layout.why_moments(table, label):
        return _from_wide(table, wide, name, label)
    return from_long(table, name, roles=series_layout.moment_roles(table, label))


def from_moments(table: Dataset, name: str, target: str | None = None) -> Dataset:
    """Windows out of a table whose rows are moments, whatever its columns are called; see ``from_table``."""
    from core.readers.tables.target_inference import find_column

    label = find_column(table.columns, target).name if target else None
    return from_long(table, name, roles=series_layout.moment_roles(table, label))


def from_rows(table: Dataset, name: str, target: str | None = None) -> Dataset:
    """Series out of a table each of whose rows is a whole one, in the order of its numbers; see ``from_table``."""
    from core.readers.tables.target_inference import find_column

    label = find_column(table.columns, target).name if target else None
    wide = series_layout.numbered_columns(table.columns)
    if not wide:
        named = label or sensor_roles.guess_roles(table.columns).label
        wide = [one.name for one in table.columns if one.type in ("numeric", "constant") and one.name != named]
    if len(wide) < series_layout.WIDE_COLUMNS:
        raise LoadError(
            f"{count_of(len(wide), 'column holds', 'columns hold')} numbers; a series in a row needs "
            f"{series_layout.WIDE_COLUMNS} or more.",
            how="Read each row as a moment, or as a table.",
        )
    return _from_wide(table, wide, name, label)


def from_long(
    table: Dataset, name: str, length: int | None = None, roles: sensor_roles.ColumnRoles | None = None
) -> Dataset:
    """One row per moment -> windows with their classes, marks or numbers.

    Args:
        table: as read. name: of the data set. length: readings a window, or None. roles: roles of the columns, or None.

    Raises:
        LoadError: too few readings, or no channel.
    """
    roles = roles or series_layout.moment_roles(table)
    windows = sensor_tables.cut_windows(table, roles, length)
    values, facts, warnings = windows.values, dict(windows.facts), list(windows.warnings)
    if len(roles.channels) == 1:
        warnings.append(f"There is a single channel, {quote_names(roles.channels)}.")
    if roles.label is None:
        values, target, kinds = sensor_tables.plant_anomalies(values)
        labels: tuple[str, ...] = ("normal", "planted")
        form, rows = "anomaly", np.arange(len(values))
        notes: list[str] = []
        what = ", ".join(f"{count} of kind {kind}" for kind, count in kinds.items())
        odd = count_of(int(target.sum()), "anomaly", "anomalies")
        warnings.append(f"There is no label column; {odd} were planted to score by: {what}.")
    else:
        target, labels, form, rows, notes = sensor_tables.window_targets(windows)
    units = windows.units[rows]
    facts |= {"form": form, "target": roles.label or "planted", "items": len(rows), "layout": "moments"}
    facts["items_bad"] += len(windows.values) - len(rows)
    facts["curves"] = _curves(values[rows])
    if form != "regression":
        facts["counts"] = {label: int((target == code).sum()) for code, label in enumerate(labels)}
    if form == "anomaly":
        facts["unit_starts"] = np.flatnonzero(np.diff(units, prepend=-1)).tolist()
    several = len(np.unique(units)) >= 3 and form != "anomaly"
    column = Column(facts["target"], "numeric") if form == "regression" else class_column(labels, facts["target"])
    return Dataset(
        name=name,
        modality="series",
        inputs=values[rows],
        target=target,
        groups=units if several else None,
        columns=(column,),
        labels=labels,
        source=name,
        warnings=(*warnings, *notes),
        facts=facts,
    )


def _curves(values: np.ndarray, most: int = 12) -> list[list[list[float]]]:
    """A few windows for a preview: rounded numbers, at most 64 a channel."""
    rows = np.linspace(0, len(values) - 1, min(most, len(values))).astype(int)
    step = max(1, values.shape[1] // 64)
    return [[[float(f"{value:.4g}") for value in channel] for channel in values[row, ::step, :6].T] for row in rows]


def _from_wide(table: Dataset, wide: list[str], name: str, chosen: str | None = None) -> Dataset:
    rest = [column for column in table.columns if column.name not in wide]
    usable = [c for c in rest if c.distinct > 1 and c.type not in ("date", "id")]
    named = {c.name.strip().lower(): c for c in usable}
    label = next((named[n] for n in sensor_roles.LABEL_NAMES if n in named), usable[-1] if usable else None)
    label = next((column for column in rest if column.name == chosen), label)
    if label is None:
        raise LoadError(
            "Each row is a series, but no column says what it is.",
            f"columns {quote_names(column.name for column in rest) or 'only readings'}",
            "Add a column with the class of each row.",
        )
    if len(wide) > limits.SERIES_LENGTH:
        raise LoadError(f"A series has {len(wide):,} readings; the limit is {limits.SERIES_LENGTH:,}.")
    values = table.inputs[wide].to_numpy(dtype=np.float64)
    words = table.inputs[label.name].to_numpy(dtype=object)
    missing = ~np.isfinite(values)
    good = (missing.mean(axis=1) <= 0.3) & np.array([word is not None and word == word for word in words])
    values = sensor_tables.fill_missing(values.T, missing.T).T if missing.any() else values
    rows = np.flatnonzero(good)
    made = sensor_tables.WindowCut(
        values[rows, :, None].astype(np.float32), [words[row : row + 1] for row in rows], np.zeros(len(rows)), rows
    )
    target, labels, form, kept, notes = sensor_tables.window_targets(made)
    warnings = [*table.warnings, *notes]
    if len(rows) < len(good):
        warnings.append(
            f"{count_of(len(good) - len(rows), 'row')} left out: no label, or over 30 % of the readings missing."
        )
    facts = {"form": form, "target": label.name, "items": len(kept), "items_bad": len(good) - len(kept)}
    facts |= {"window": len(wide), "channels": ["value"], "curves": _curves(made.values[kept]), "layout": "rows"}
    column = Column(label.name, "numeric") if form == "regression" else class_column(labels, label.name)
    return Dataset(
        name, "series", made.values[kept], target, columns=(column,), labels=labels, source=name,
        warnings=tuple(warnings), facts=facts,
    )  # fmt: skip


def _from_arrays(path: Path, name: str) -> Dataset:
    """An npz with x (n, t) or (n, t, c), y (n,), and if there are several people or machines a group (n,)."""
    stored = {}
    box = archives.open_archive(path)
    for member in box.names:
        try:
            stored[member.removesuffix(".npy")] = np.load(io.BytesIO(box.read(member)), allow_pickle=False)
        except (ValueError, EOFError, OSError) as error:
            raise LoadError(
                "The npz holds something that is no plain array of numbers or words.", f"member {quote_names([member])}"
            ) from error
    x, y, groups = (
        next((stored[n] for n in names if n in stored), None) for names in (WINDOW_NAMES, CLASS_NAMES, GROUP_NAMES)
    )
    if x is None or y is None or x.ndim not in (2, 3) or x.dtype.kind not in "fiu" or len(x) != len(y) or y.ndim != 1:
        raise LoadError(
            "The npz does not hold windows x (n, time) or (n, time, channels) and classes y (n,).",
            f"arrays {quote_names(f'{key} {value.shape}' for key, value in stored.items())}",
            "Save it with numpy.savez(file, x=..., y=...).",
        )
    if x.shape[1] > limits.SERIES_LENGTH:
        raise LoadError(f"A series has {x.shape[1]:,} readings; the limit is {limits.SERIES_LENGTH:,}.")
    values = (x[..., None] if x.ndim == 2 else x).astype(np.float32) / float(stored.get("scale", 1.0) or 1.0)
    finite = np.isfinite(values).all(axis=(1, 2))
    names, codes = np.unique(y.astype(str), return_inverse=True)
    if "classes" in stored and y.dtype.kind in "iu" and len(stored["classes"]) > int(y.max()):
        names, codes = stored["classes"].astype(str), y.astype(np.int64)
    _check_classes(names, finite)
    facts = {"window": int(x.shape[1]), "items_bad": int((~finite).sum()), "curves": _curves(values[finite])}
    facts["channels"] = [str(c) for c in stored.get("channels", np.arange(values.shape[2]))]
    who = None if groups is None else np.unique(groups[finite], return_inverse=True)[1].astype(np.int64)
    made = labelled_dataset(
        "series", name, values[finite], codes[finite], tuple(map(str, names)), name, groups=who, facts=facts
    )
    lost = int((~finite).sum())
    return replace(made, warnings=(f"{count_of(lost, 'window')} with missing numbers left out.",) if lost else ())


def _check_classes(names: np.ndarray, finite: np.ndarray) -> None:
    if not 2 <= len(names) <= limits.CLASSES:
        raise LoadError(f"There are {len(names):,} classes; 2 to {limits.CLASSES} can be learnt.")
    if finite.sum() < 2:
        raise LoadError("No window is without missing numbers.", how="Fill the gaps or leave those windows out.")


def _activity() -> Dataset:
    dataset = _from_arrays(sample_path("activity.npz"), "activity.npz")
    return replace(dataset, name="Activities of people", source="UCI HAPT, Reyes-Ortiz 2015; people are groups")


def _sensors() -> Dataset:
    from core.readers.tables.read_table import read_table

    table = read_table(sample_path("sensors.parquet"), "sensors.parquet")
    who = sensor_roles.ColumnRoles("reading", "mote_id", "label", ("humidity", "temperature"))
    dataset = from_long(table, "Humidity and temperature", 6, who)
    return replace(dataset, source="Suthaharan et al. 2010, single-hop sensor network")


SAMPLES = (
    Sample(
        "activity", "Activities of people",
        "5,409 windows of a phone's motion; whole people are held back for testing.",
        _activity, "class", 1_500, "CC-BY-4.0", groups="subject",
    ),
    Sample(
        "sensors", "Anomalies in a sensor network",
        "18,914 readings of four sensors, cut into windows of 6; 149 readings are odd.",
        _sensors, "label", None, "ODC-BY-1.0, CC-BY-4.0",
    ),
)  # fmt: skip

MODALITY = Modality(
    key="series",
    title="Sensor and time series",
    suffixes=(".csv", ".tsv", ".parquet", ".xlsx", ".npz"),
    display="curves",
    about="One row per moment with a time column, one column per sensor and, if you like, a unit and a label column; "
    "or one row per series with numbered columns; or an npz with x (n, time, channels) and y. "
    "Rare labels make it anomaly detection; without labels anomalies are planted to score by.",
    read=read,
    from_table=from_table,
    layouts={
        "moments": TableLayout("Readings, a row a moment", from_moments),
        "rows": TableLayout("Series, a row each", from_rows),
    },
    samples=SAMPLES,
    players="stretches of time in each channel",
    ask=live_questions.series_question,
    structured=False,
    live_form="series",
    signature=lambda path, name: file_signatures.file_type(path) == "numpy archive",
    unit_noun="window",
    quick_rows=3_000,
    parts="stretches of time",
    masker=lambda inputs, background: (maskers.segment_masker(inputs, background),),
    preview="curve",
    thumbnail=item_thumbnails.series_thumbnail,
    corrupt=corruptions.WAVE,
    views=input_views.series_views,
    augmentation="shifts, scaling, noise",
)
