"""DNA: a FASTA file with one record a sequence; the header of a record is its class."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from core.explain.maskers import Masker
from core.perturbation import live_questions
from core.schema import Dataset, LoadError, Modality, Sample
from core.storage.bundled_files import labelled_dataset

BASES = "ACGT"
STRETCHES = 8


def read(path: Path, name: str) -> Dataset:
    """Reads a FASTA file.

    Returns:
        A Dataset with inputs object array of str (n,) and class codes as target.

    Raises:
        LoadError: fewer than two classes, or a sequence with other letters than A, C, G, T and N.
    """
    classes, sequences = [], []
    for record in path.read_text(encoding="ascii", errors="replace").split(">")[1:]:
        header, *lines = record.splitlines()
        sequence = "".join(lines).replace(" ", "").upper()
        if not sequence or set(sequence) - set(BASES + "N"):
            where = f"record {len(sequences) + 1}"
            raise LoadError("A sequence has other letters than A, C, G, T and N.", where, "Upload DNA in FASTA format.")
        classes.append(header.strip())
        sequences.append(sequence)
    return dataset_of(np.array(sequences, dtype=object), classes, name)


def dataset_of(sequences: np.ndarray, classes: list[str], name: str) -> Dataset:
    """Sequences (n,) and their classes as a data set."""
    labels = tuple(sorted(set(classes)))
    if len(labels) < 2:
        raise LoadError("Sequences of two classes or more are needed.", name, "Write the class behind each “>”.")
    codes = np.array([labels.index(one) for one in classes])
    return labelled_dataset("dna", name, sequences, codes, labels, name)


def is_fasta(path: Path, name: str) -> bool:
    """Whether a file begins with a FASTA header."""
    with path.open("rb") as file:
        return file.read(1) == b">"


def stretch_masker(inputs: np.ndarray, background: Any) -> Masker:
    """Eight stretches of a sequence as parts; an absent one is replaced by N, which says nothing."""
    names = tuple(f"stretch {place + 1}" for place in range(STRETCHES))

    def mask(rows: np.ndarray, present: np.ndarray, copies: np.ndarray) -> np.ndarray:
        made = []
        for row, there in zip(rows, present, strict=True):
            parts = np.array_split(np.array(list(inputs[row])), STRETCHES)
            made.append(
                "".join("".join(part) if stays else "N" * len(part) for part, stays in zip(parts, there, strict=True))
            )
        return np.array(made, dtype=object)

    return Masker(names, len(inputs), 1, mask, lambda row: np.arange(STRETCHES))


def thumbnail(sequence: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The first 60 bases, ten by ten."""
    shown = " ".join(sequence[start : start + 10] for start in range(0, min(len(sequence), 60), 10))
    return {"text": shown, "letters": len(sequence)}


def mutated(dataset: Dataset, level: float, rng: np.random.Generator) -> np.ndarray:
    """Sequences in which a share ``level / 2`` of the bases is drawn anew."""

    def change(sequence: str) -> str:
        drawn, hit = rng.choice(list(BASES), len(sequence)), rng.random(len(sequence)) < level / 2
        return "".join(np.where(hit, drawn, list(sequence)))

    return np.array([change(sequence) for sequence in dataset.inputs], dtype=object)


def motif_sample() -> Dataset:
    """200 random sequences of 60 bases; half of them hold the motif TATAAT twice."""
    rng = np.random.default_rng(7)
    classes = ["with motif", "without motif"] * 100
    sequences = ["".join(rng.choice(list(BASES), 60)) for _ in classes]
    for row in range(0, len(classes), 2):
        for start in rng.choice(range(0, 54, 6), 2, replace=False):
            sequences[row] = sequences[row][:start] + "TATAAT" + sequences[row][start + 6 :]
    return dataset_of(np.array(sequences, dtype=object), classes, "Motif in DNA")


MODALITY = Modality(
    key="dna",
    title="DNA",
    suffixes=(".fasta", ".fa"),
    display="sequences",
    about="One FASTA file; the header of each record is its class.",
    read=read,
    samples=(Sample("dna_motif", "A motif in DNA", "200 sequences, half with TATAAT.", motif_sample, "class"),),
    players="eight stretches of the sequence",
    ask=live_questions.item_question,
    signature=is_fasta,
    structured=False,
    unit_noun="sequence",
    quick_rows=2_000,
    parts="stretches",
    deletes_parts=True,
    masker=lambda inputs, background: (stretch_masker(inputs, background),),
    preview="text",
    thumbnail=thumbnail,
    corrupt={"mutations": mutated},
)
