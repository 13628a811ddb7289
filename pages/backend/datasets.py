"""Embedded data sets and uploads: listing them, having them read in the sandbox, describing what was read."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core import ingest, limits, registry
from core.ingest import target_alarms
from core.schema import ColumnReading, Facts, Finding, LoadError, Origin, Plan, ReadAs, Sample, Task
from core.storage import dataset_store, paths
from core.storage.json_codec import from_plain
from core.wording import describe_changes
from core.workers import contest_size, memory_need
from core.workers.contest_size import DataSize

TABLE = "table"
ORIGINAL_FILE, NAME_FILE, COLUMNS_FILE = "upload", "upload.json", "columns.json"


def list_samples() -> dict[str, tuple[str, Sample]]:
    """Embedded data sets: key -> (modality, sample), tables first."""
    found = {key: (modality.key, sample) for key, (modality, sample) in ingest.samples().items()}
    return dict(sorted(found.items(), key=lambda entry: not registry.modality(entry[1][0]).structured))


def read_sample(key: str) -> Path:
    """The parcel of an embedded data set.

    Raises:
        LoadError: if it cannot be read.
    """
    return ingest.sample_folder(key)


def read_upload(name: str, content: Any) -> Path:
    """Writes an upload to disk at once and has a child process read it; the Streamlit process parses nothing.

    content: a file-like object. Raises LoadError, and nothing else, when the file is refused.
    """
    paths.check_home()
    folder = paths.home_folder() / "incoming"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / secrets.token_hex(16)
    try:
        with path.open("wb") as file:
            while block := content.read(limits.MB):
                file.write(block)
        read = ingest.read_upload(path, name, alarms=True)
        if len(_modalities_of_name(name)) > 1 or dataset_store.read_summary(read).get("readings"):
            os.replace(path, read / ORIGINAL_FILE)
            (read / NAME_FILE).write_text(json.dumps(name), encoding="utf-8")
            (read / COLUMNS_FILE).write_text(
                json.dumps(_answer_columns(dataset_store.read_summary(read))), encoding="utf-8"
            )
        return read
    except OSError as error:
        raise LoadError("The file could not be stored on this machine.", "", "Free some disk space.") from error
    finally:
        path.unlink(missing_ok=True)


def _modalities_of_name(name: str) -> list[str]:
    """The modalities whose readers take a file of this name."""
    there = registry.discover("modalities")
    return [key for key, kind in there.items() if Path(name).suffix.lower() in kind.suffixes]


def possible_modalities(folder: Path | str) -> list[str]:
    """As what an upload could be read: keys of modalities and of their layouts ("series-rows"), or one or none when
    there is nothing to choose."""
    named = Path(folder) / NAME_FILE
    try:
        keys = _modalities_of_name(json.loads(named.read_text(encoding="utf-8"))) if named.exists() else []
    except (OSError, ValueError):
        return []
    there = registry.discover("modalities")
    card = describe_dataset(folder)
    if not can_reread(folder) or not card.get("readings") or "files" in (card.get("facts") or {}):
        return keys
    tables = [key for key, kind in there.items() if kind.from_table is not None or key == TABLE]
    return [
        f"{key}-{layout}" if layout else key
        for key in sorted({*keys, *tables}, key=lambda key: (key != TABLE, key))
        for layout in ({name: one for name, one in there[key].layouts.items() if not one.by_hand} or {"": None})
    ]


def hand_steps(folder: str) -> list[str]:
    """Keys of readings whose step of time is set by hand ("forecast-week"); none for a table without times.

    Args:
        folder: of the data set in use.
    """
    card = describe_dataset(folder)
    dated = card["modality"] == "forecast" or any(column["type"] == "date" for column in card["columns"])
    if not dated or not can_reread(folder):
        return []
    ways = {way.partition("-")[0] for way in possible_modalities(folder)}
    return [
        f"{key}-{name}"
        for key, kind in registry.discover("modalities").items()
        if key in ways
        for name, one in kind.layouts.items()
        if one.by_hand
    ]


def current_modality(card: Mapping[str, Any]) -> str:
    """As what a data set was read, with the layout of its table where there are several.

    Args:
        card: its description.
    """
    layout = (card.get("facts") or {}).get("layout")
    return f"{card['modality']}-{layout}" if layout else str(card["modality"])


def modality_title(key: str) -> str:
    """The title of a modality, or of a layout of it.

    Args:
        key: such as "series" or "series-rows".
    """
    base, _, layout = key.rpartition("-")
    there = registry.discover("modalities")
    return str(there[key].title if key in there else there[base].layouts[layout].title)


def most_rows(card: Facts) -> int:
    """The most rows that a contest takes of a data set.

    Args:
        card: the description of the data.
    """
    return contest_size.most_rows(DataSize.of_card(card))


def sample_words(card: Facts, plan: Plan) -> str:
    """How many rows a contest uses and why not all that were asked for; empty where it uses them.

    Args:
        card: the description of the data. plan: as it was asked for.
    """
    used = memory_need.rows_here(DataSize.of_card(card), plan)
    if not used.reason:
        return ""
    return f"A contest uses a sample of these data: {used.rows:,} of {used.of:,} rows ({used.why})."


def memory_words(card: Facts, plan: Plan) -> str:
    """What memory a contest needs by estimate where that changes how it is played; empty where it fits as it is.

    Args:
        card: the description of the data. plan: as it was asked for.
    """
    size = DataSize.of_card(card)
    rows = memory_need.rows_here(size, plan).rows
    keys = plan.contestants or memory_need.usual_contestants(size.modality)
    refused = memory_need.too_large(size, keys, rows)
    titles = registry.discover("contestants")
    need = memory_need.memory_need(size, [key for key in keys if key not in refused], rows)
    said = [f"{need.words}."] if need.turns else []
    return " ".join([*said, *(f"{titles[key].title} {why}." for key, why in refused.items())])


def can_reread(folder: Path | str) -> bool:
    """Whether the file that was uploaded is still there.

    Args:
        folder: of its parcel.
    """
    return (Path(folder) / ORIGINAL_FILE).exists()


def list_readings(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How each column was read: name, type, examples, what was changed in words, why, the doubt and the type set.

    Args:
        card: the description of the data.
    """
    told = [from_plain(ColumnReading, one) for one in card.get("readings") or ()]
    return [
        {
            "name": one.name, "type": one.type, "examples": one.examples, "why": one.why, "overruled": one.overruled,
            "changed": describe_changes(one), "doubt": one.doubts[0] if one.doubts else None,
        }
        for one in told
    ]  # fmt: skip


def overruled_types(card: Mapping[str, Any]) -> dict[str, ReadAs]:
    """The types of columns that a person set.

    Args:
        card: the description of the data.
    """
    return dict((card.get("origin") or {}).get("types") or {})


def retype_upload(folder: Path | str, types: Mapping[str, ReadAs]) -> Path:
    """Reads an upload again with types that a person set, else as it was asked for before.

    Args:
        folder: of its parcel. types: of columns; those not named are read by their values.

    Raises:
        LoadError: a column cannot be read so, or the original is gone.
    """
    return _read_again(Path(folder), replace(_asked_before(folder), types=types))


def _asked_before(folder: Path | str) -> Origin:
    """What was asked of the reading of an upload."""
    origin = describe_dataset(folder).get("origin") or {}
    return Origin(
        None, None, origin.get("modality"), origin.get("target"), origin.get("types") or {}, origin.get("sheet")
    )


def list_sheets(card: Mapping[str, Any]) -> list[str]:
    """The names of the sheets of a workbook that can be chosen, the one that was read first; none for other files.

    Args:
        card: the description of the data.
    """
    facts = card.get("facts") or {}
    names = [str(one) for one in facts.get("sheets") or ()]
    return sorted(names, key=lambda one: one != facts.get("sheet"))


def read_sheet(folder: Path | str, sheet: str) -> Path:
    """Reads another sheet of a workbook, as its content says; types and target of the earlier sheet do not apply.

    Args:
        folder: of its parcel. sheet: its name.

    Raises:
        LoadError: it cannot be read, or the original is gone.
    """
    return _read_again(Path(folder), Origin(sheet=sheet))


def _answer_columns(card: Mapping[str, Any]) -> list[str]:
    """The columns of an uploaded table that could hold the answers; none where the upload was no table."""
    columns = ((card.get("facts") or {}).get("table") or {}).get("columns")
    columns = columns or (card["columns"] if registry.modality(card["modality"]).structured else [])
    return [str(column["name"]) for column in columns if column["type"] not in ("constant", "empty", "text")]


def answer_columns(folder: Path | str) -> list[str]:
    """The columns that could hold the answers of texts or readings that came as a table."""
    kept = Path(folder) / COLUMNS_FILE
    try:
        return [str(name) for name in json.loads(kept.read_text(encoding="utf-8"))] if kept.exists() else []
    except (OSError, ValueError):
        return []


def reread_upload(folder: Path | str, modality: str, target: str | None = None) -> Path:
    """Reads an upload again as another modality; the earlier reading stays for runs that use it.

    target: the column of answers in a table of texts or readings; None finds it.

    Raises:
        LoadError: it cannot be read so, or the original is gone.
    """
    return _read_again(Path(folder), replace(_asked_before(folder), modality=modality, target=target))


def _read_again(folder: Path, asked: Origin) -> Path:
    try:
        name = json.loads((folder / NAME_FILE).read_text(encoding="utf-8"))
        read = ingest.read_as_asked(folder / ORIGINAL_FILE, replace(asked, file=name), alarms=True)
        for kept in (ORIGINAL_FILE, NAME_FILE, COLUMNS_FILE):
            os.link(folder / kept, read / kept)
        return read
    except (OSError, ValueError) as error:
        raise LoadError("The uploaded file is no longer there.", "", "Upload it again.") from error


def list_alarms(folder: Path | str, task: Task) -> list[Finding]:
    """What could make every score on an upload misleading, the gravest first; asked once for each target."""
    found = target_alarms.alarms_of(folder, task.target, task.form)
    return [Finding(**{**one, "columns": tuple(one["columns"])}) for one in found]


def describe_dataset(folder: Path | str) -> dict[str, Any]:
    """A parcel's description without its data.

    Raises:
        LoadError: if the folder is gone or damaged.
    """
    return dataset_store.read_summary(folder)
