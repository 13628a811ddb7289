"""New pictures, clips, sounds, texts and readings as arrays of the shape that a model was trained on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np

from core.bundles import row_source
from core.bundles.input_schema import InputSchema
from core.features import audio_features
from core.readers import (
    archives,
    audio_decoder,
    file_signatures,
    image_decoder,
    image_depth,
    sensor_tables,
    series_layout,
)
from core.readers.clips import clip_archive, clip_decoder
from core.readers.clips.clip_frames import DecodedClip, UndecodableClip, fit_clip
from core.readers.tables.formats import text_encoding
from core.schema import LoadError
from core.wording import count_of, printable, quote_names

CHUNK_ITEMS = 256
DECODED = {"image": "picture", "video": "clip", "sound": "sound", "text": "text"}
UNREADABLE = (
    image_decoder.UndecodableImage, UndecodableClip, audio_decoder.UndecodableAudio, LoadError, ValueError,
)  # fmt: skip
SKIPPED = (".csv", ".json", ".md", ".html", ".xml")


@dataclass
class ItemSource:
    """Items of a file, some at a time. names: of the items of the last block. notes: what was changed, in words.
    left_out: member -> why. resized: how many had another size or length. total: how many there are, 0 if unknown."""

    blocks: Iterator[np.ndarray] = field(default_factory=lambda: iter(()))
    names: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    resized: int = 0
    total: int = 0

    def sentences(self) -> list[str]:
        """What a person should know of the reading.

        Returns:
            Sentences.
        """
        said = list(self.notes)
        if self.resized:
            said.append(f"{count_of(self.resized, 'item')} of another size or length brought to that of training.")
        if self.left_out:
            why = next(iter(self.left_out.values()))
            said.append(f"{count_of(len(self.left_out), 'file')} left out ({why}): {quote_names(self.left_out)}.")
        return said


def open_items(path: Path, name: str, schema: InputSchema) -> ItemSource:
    """Opens new items for a model of pictures, clips, sounds, texts or windows.

    Args:
        path: a zip, a folder, a single file, or a table of texts or readings. name: as it is called.
        schema: of the bundle.

    Returns:
        The items.

    Raises:
        LoadError: nothing in it is of the kind that the model takes.
    """
    if not path.exists():
        raise LoadError("There is no such file.", printable(name), "Check the name.")
    if schema.modality == "series":
        return _windows(path, name, schema)
    if schema.modality == "text" and not _zipped(path):
        return _texts_of_table(path, name, schema)
    if schema.modality not in DECODED:
        raise LoadError(f"A model of {schema.modality} has no file to predict.", printable(name))
    source = ItemSource()
    if not _zipped(path):
        source.total = 1
        decode = partial(_one, path.read_bytes(), schema, source)
        source.blocks = _decoded(source, iter([(name, decode)]), schema)
        return source
    archive = archives.open_archive(path)
    source.notes += archive.warnings
    clips = clip_archive.open_clips(archive) if schema.modality == "video" else None
    names = archive.names if clips is None else clips.archive.names
    names = tuple(one for one in names if PurePosixPath(one).suffix.lower() not in SKIPPED)
    source.total = len(names)

    def decode_member(one: str) -> np.ndarray | str:
        return _one(archive.read(one), schema, source) if clips is None else _clip(clips.decode(one), schema, source)

    source.blocks = _decoded(source, ((one, partial(decode_member, one)) for one in names), schema)
    return source


def _zipped(path: Path) -> bool:
    return path.is_dir() or file_signatures.file_type(path) == "zip"


def _decoded(
    source: ItemSource, files: Iterator[tuple[str, Callable[[], np.ndarray | str]]], schema: InputSchema
) -> Iterator[np.ndarray]:
    block: list[np.ndarray | str] = []
    names: list[str] = []
    for name, decode in files:
        try:
            block.append(decode())
        except UNREADABLE as error:
            source.left_out[name] = str(error)
            continue
        names.append(name)
        if len(block) == CHUNK_ITEMS:
            source.names = names
            yield _stacked(block, schema)
            block, names = [], []
    if block:
        source.names = names
        yield _stacked(block, schema)


def _one(data: bytes, schema: InputSchema, source: ItemSource) -> np.ndarray | str:
    if schema.modality == "image":
        height, width, channels = schema.shape
        pixels, _ = image_decoder.decode(data)
        source.resized += pixels.shape[:2] != (height, width)
        plain = image_depth.scale_of(schema.facts).to_bytes(pixels)
        return image_decoder.fit_to_size(plain, (height, width), channels)
    if schema.modality == "video":
        return _clip(clip_decoder.decode(data), schema, source)
    if schema.modality == "sound":
        samples = audio_decoder.decode(data)
        source.resized += len(samples) != schema.shape[0]
        return audio_features.fit_length(samples, schema.shape[0]).astype(np.float32)
    return text_encoding.decode(data).text


def _clip(clip: DecodedClip, schema: InputSchema, source: ItemSource) -> np.ndarray:
    _, height, width, channels = schema.shape
    source.resized += clip.frames[0].shape[:2] != (height, width)
    return fit_clip(clip, (height, width), channels)


def _stacked(block: list[np.ndarray | str], schema: InputSchema) -> np.ndarray:
    if schema.modality == "text":
        made = np.empty(len(block), dtype=object)
        made[:] = block
        return made
    return np.stack([np.asarray(one) for one in block])


def _texts_of_table(path: Path, name: str, schema: InputSchema) -> ItemSource:
    source = ItemSource()
    if path.suffix.lower() == ".txt" or Path(name).suffix.lower() == ".txt":
        text = text_encoding.decode(path.read_bytes()).text
        source.total, source.names = 1, [name]
        source.blocks = iter([_stacked([text], schema)])
        return source
    rows = row_source.open_rows(path, name, 5_000, ("text", "texts"))
    first = next(rows.blocks, [])
    if not first:
        raise LoadError("The file holds no rows.", printable(name))
    lengths = [np.mean([len(row[place]) for row in first]) for place in range(len(rows.names))]
    named = [place for place, one in enumerate(rows.names) if one.lower() in ("text", schema.facts.get("text", ""))]
    chosen = named[0] if named else int(np.argmax(lengths))
    source.notes.append(f"The texts are taken from the column {quote_names([rows.names[chosen]])}.")

    def blocks() -> Iterator[np.ndarray]:
        for block in (first, *rows.blocks):
            source.names = [str(number) for number in range(len(block))]
            yield _stacked([row[chosen] for row in block], schema)

    source.blocks = blocks()
    return source


def _windows(path: Path, name: str, schema: InputSchema) -> ItemSource:
    length, channels = schema.shape
    if file_signatures.file_type(path) == "numpy archive":
        with np.load(path, allow_pickle=False) as stored:
            key = next((one for one in ("x", "inputs", "windows", "data", "X") if one in stored.files), stored.files[0])
            values = np.asarray(stored[key], dtype=np.float32)
    else:
        from core.readers.tables.read_table import read_table

        table = read_table(path, name)
        roles = series_layout.moment_roles(table, _label(schema, table.inputs.columns))
        values = np.asarray(sensor_tables.cut_windows(table, roles, length).values, dtype=np.float32)
    if values.ndim != 3 or values.shape[1:] != (length, channels):
        raise LoadError(
            f"The file gives windows of {' x '.join(map(str, values.shape[1:]))} (readings x channels); "
            f"the model takes {length} x {channels}.",
            printable(name),
            "Give readings with the same channels.",
        )
    source = ItemSource(total=len(values))

    def blocks() -> Iterator[np.ndarray]:
        for start in range(0, len(values), CHUNK_ITEMS):
            source.names = [str(start + place + 1) for place in range(len(values[start : start + CHUNK_ITEMS]))]
            yield values[start : start + CHUNK_ITEMS]

    source.blocks = blocks()
    return source


def _label(schema: InputSchema, names: object) -> str | None:
    return schema.target if schema.target in list(names) else None  # type: ignore[call-overload]
