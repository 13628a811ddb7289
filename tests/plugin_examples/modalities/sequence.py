"""DNA sequences: a FASTA file whose headers name the class of each sequence."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.schema import Column, Dataset, LoadError, Modality

LETTERS = set("ACGTN")


def read(path: Path, name: str) -> Dataset:
    """Sequences (n,) as strings of A, C, G, T and N, and their class codes (n,).

    Raises:
        LoadError: a line that is no sequence, or fewer than two classes.
    """
    labels: list[str] = []
    sequences: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        if line.startswith(">"):
            labels.append(line[1:].strip())
            sequences.append("")
        elif line.strip():
            letters = line.strip().upper()
            if not sequences or set(letters) - LETTERS:
                raise LoadError(
                    "This line is no DNA sequence.", f"{name}, line {number}", "Use the letters A, C, G, T, N."
                )
            sequences[-1] += letters
    classes = tuple(sorted(set(labels)))
    if len(classes) < 2:
        raise LoadError(
            "The headers name fewer than two classes.", name, "Write one header such as >promoter a sequence."
        )
    codes = np.array([classes.index(label) for label in labels], dtype=np.int64)
    column = Column("class", "categorical", distinct=len(classes), examples=classes[:5])
    facts = {"target": "class", "items": len(codes), "items_bad": 0}
    return Dataset(
        name, "sequence", np.array(sequences, dtype=object), codes, columns=(column,), labels=classes, source=name,
        facts=facts,
    )  # fmt: skip


def is_fasta(path: Path, name: str) -> bool:
    """Whether the first line is a header and the second a sequence."""
    with path.open("rb") as file:
        first, second = file.readline(1_000), file.readline(1_000)
    return (
        first.startswith(b">") and bool(second.strip()) and not set(second.decode("latin-1").strip().upper()) - LETTERS
    )


MODALITY = Modality(
    key="sequence",
    title="DNA sequences",
    suffixes=(".fasta", ".fa"),
    display="sequences",
    about="A FASTA file: a header with the class, such as >promoter, above every sequence.",
    read=read,
    players="runs of three letters",
    signature=is_fasta,
    structured=False,
    unit_noun="sequence",
    preview="text",
)
