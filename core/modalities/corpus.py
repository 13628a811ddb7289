"""A text to learn writing from: one plain .txt file, cut into pieces that are continued and scored."""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core import limits
from core.features import text_features
from core.models.generation import character_model
from core.perturbation import corruptions, live_questions
from core.readers import file_rejections, file_signatures
from core.schema import Dataset, LoadError, Modality, Sample
from core.storage.bundled_files import sample_path
from core.wording import printable

NOVEL = "Melville, Moby-Dick (1851), public domain"
DELIMITERS = (",", ";", "\t", "|")
PEEKED = 65_536
# So many lines of one number of words each are the rows of a table.
FEWEST_ROWS = 20
NAMES = "US Social Security Administration, public domain"


def read(path: Path, name: str) -> Dataset:
    """Reads a corpus.

    Returns:
        A Dataset with inputs object array of str (n,), pieces of 128 characters; pieces of one chapter (or stretch)
        share a group, so that neighbours never stand on both sides of a split.

    Raises:
        LoadError: no text, too little of it, or a single repeated character.
    """
    from core.readers.tables.formats.text_encoding import decode

    if path.is_dir():
        raise LoadError(
            "A corpus is one text file, not a folder.", printable(name), "Join the texts into one .txt file."
        )
    kind = file_rejections.check_file_type(path, name)
    if kind != "text":
        raise file_rejections.rejection(kind, name)
    with path.open("rb") as file:
        data = file.read(4 * limits.CORPUS_CHARACTERS + 4)
    decoded = decode(data)
    whole = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    warnings = list(decoded.warnings)
    if len(whole) > limits.CORPUS_CHARACTERS or path.stat().st_size > len(data):
        whole = whole[: limits.CORPUS_CHARACTERS]
        warnings.append(f"Cut to the first {limits.CORPUS_CHARACTERS:,} characters, the limit.")
    if not text_features.has_content(whole):
        raise LoadError("There is no word in this file.", printable(name), "Upload a text.")
    pieces, homes = character_model.split_chunks(whole)
    dataset = character_model.corpus_dataset(pieces, name, homes, name)
    if dataset.facts["symbols"] > character_model.MOST_SYMBOLS:
        warnings.append(
            f"{dataset.facts['symbols']:,} different characters; the {character_model.MOST_SYMBOLS} most frequent are "
            "told apart, all others count as one."
        )
    return replace(dataset, warnings=tuple(warnings))


def is_prose(path: Path, name: str) -> bool:
    """Whether a .txt file is running text: mostly letters, and no delimiter or blank that cuts its lines alike."""
    from core.readers.tables.formats.text_encoding import decode

    if file_rejections.suffix_of(name) != ".txt" or file_signatures.file_type(path) != "text":
        return False
    with path.open("rb") as file:
        text = decode(file.read(PEEKED)).text
    lines = [line for line in text.splitlines() if line.strip()][:200]
    letters = sum(letter.isalpha() for line in lines for letter in line)
    if not lines or letters < 0.6 * sum(len(line) for line in lines):
        return False
    for delimiter in DELIMITERS:
        found = Counter(line.count(delimiter) for line in lines)
        usual, held = found.most_common(1)[0]
        if usual and held >= 0.8 * len(lines):
            return False
    cells = {len([cell for cell in row if cell]) for row in csv.reader(lines, delimiter=" ")}
    if len(lines) >= FEWEST_ROWS and len(cells) == 1:
        return False
    # A list of words is a column; prose has several words a line.
    return sum(len(line.split()) for line in lines) >= 3 * len(lines)


def _novel() -> Dataset:
    with gzip.open(sample_path("moby_dick.txt.gz"), "rt", encoding="utf-8") as file:
        pieces, chapters = character_model.split_chunks(file.read())
    return character_model.corpus_dataset(pieces, "Moby-Dick", chapters, NOVEL)


def _names() -> Dataset:
    import pandas as pd

    given = pd.read_parquet(sample_path("baby_names.parquet"))["name"].astype(str).drop_duplicates()
    return character_model.corpus_dataset(
        [f"{name}\n" for name in given.to_numpy(dtype=object)], "First names", None, NAMES
    )


def _declared(key: str, title: str, about: str, load: Callable[[], Dataset], rows: int) -> Sample:
    return Sample(key, title, about, load, None, rows, "public domain")


MODALITY = Modality(
    key="corpus",
    title="A text to write like",
    suffixes=(".txt",),
    display="pieces of a text",
    about=f"One plain .txt file of at least {character_model.FEWEST_CHARACTERS:,} characters, any language with an "
    "alphabet. Every contestant learns to go on writing; scored in bits per character on chapters none has read.",
    read=read,
    samples=(
        _declared("moby_dick", "A novel to write like", "Moby-Dick in pieces of 128 characters.", _novel, 2_400),
        _declared("first_names", "First names to invent", "First names given in the USA.", _names, 3_000),
    ),
    players="none: a text's bits are a sum over its characters",
    ask=live_questions.prompt_question,
    live_form="prompt",
    signature=is_prose,
    quick_rows=2_400,
    preview="text",
    corrupt=corruptions.TEXT,
)
