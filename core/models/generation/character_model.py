"""Texts as sequences of characters: corpora in chunks, their alphabet and codes, and how a language model answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from core.schema import Attribution, Dataset, Facts, Inputs, JsonObject, LoadError
from core.storage import model_archive

CHUNK = 128
MOST_SYMBOLS = 120
FEWEST_CHARACTERS = 5_000
FEWEST_CHUNKS = 20
BEGIN, OTHER, FIRST = 0, 1, 2
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def corpus_dataset(texts: Sequence[str], name: str, groups: np.ndarray | None = None, source: str = "") -> Dataset:
    """Pieces of text as a data set of modality "corpus": one unit is one piece, scored in bits per character.

    The scale's zero is a writer that knows only how often each character occurs; its hundred is zero bits.

    Args:
        groups: (n,) whole numbers; pieces of one group are never on both sides of a split.

    Raises:
        LoadError: too little text, or only one kind of character.
    """
    counts = Counter(character for piece in texts for character in piece)
    total = sum(counts.values())
    if total < FEWEST_CHARACTERS or len(texts) < FEWEST_CHUNKS:
        raise LoadError(
            f"{total:,} characters in {len(texts)} pieces are too little to learn to write from.",
            name,
            f"Give at least {FEWEST_CHARACTERS:,} characters.",
        )
    if len(counts) < 2:
        raise LoadError("The text repeats a single character: there is nothing to predict.", name, "Give other text.")
    alphabet = "".join(sorted(character for character, _ in counts.most_common(MOST_SYMBOLS)))
    shares = np.array([counts[character] for character in alphabet] + [0.0])
    shares[-1] = total - shares.sum()
    shares = shares[shares > 0] / total
    facts = {
        "alphabet": alphabet,
        "form": "generation",
        "target": None,
        "items": len(texts),
        "items_bad": 0,
        "characters": total,
        "symbols": len(counts),
        "score_of_chance": float(-(shares * np.log2(shares)).sum()),
        "score_of_perfect": 0.0,
        "uniform_bits": float(np.log2(len(alphabet))),
    }
    inputs = np.array(list(texts), dtype=object)
    return Dataset(name, "corpus", inputs, groups=groups, source=source, facts=facts)


def split_chunks(text: str, length: int = CHUNK) -> tuple[list[str], np.ndarray]:
    """Prose cut into pieces that never cross a chapter.

    Single line breaks become spaces. Text without chapters is cut into twenty parts that take their place, so that
    neighbouring pieces stay on one side of a split.

    Args:
        text: the corpus. length: characters a piece.

    Returns:
        n pieces, and the chapter of each, int (n,).
    """
    parts = [part for part in re.split(r"(?=^CHAPTER \w+)", text, flags=re.MULTILINE) if part.strip()]
    if len(parts) < 5:
        size = max(length, -(-len(text) // 20))
        parts = [text[begin : begin + size] for begin in range(0, len(text), size)]
    pieces: list[str] = []
    homes: list[int] = []
    for place, part in enumerate(parts):
        flat = re.sub(r"[ \t]*\n[ \t]*\n\s*", "\n", part.strip())
        flat = re.sub(r"(?<=[^\n])\n(?=[a-z])", " ", flat)
        cut = [flat[begin : begin + length] for begin in range(0, len(flat), length)]
        cut = [piece for piece in cut if len(piece) == length]
        pieces += cut
        homes += [place] * len(cut)
    return pieces, np.array(homes, dtype=np.int64)


@dataclass(frozen=True)
class Alphabet:
    """Characters as whole numbers: 0 begins a text, 1 is any character that is not in ``symbols``, then those."""

    symbols: str

    @property
    def size(self) -> int:
        """The number of codes.

        Returns:
            Characters and special codes together.
        """
        return len(self.symbols) + FIRST

    def codes(self, texts: Sequence[str], before: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """Character codes of texts, each row started by begin codes.

        Args:
            texts: n texts. before: begin codes.

        Returns:
            Codes int64 (n, before + longest) and mask bool (n, longest).
        """
        table = {ord(symbol): place + FIRST for place, symbol in enumerate(self.symbols)}
        longest = max((len(piece) for piece in texts), default=0)
        codes = np.zeros((len(texts), before + longest), dtype=np.int64)
        mask = np.zeros((len(texts), longest), dtype=bool)
        for row, piece in enumerate(texts):
            codes[row, before : before + len(piece)] = [table.get(ord(symbol), OTHER) for symbol in piece]
            mask[row, : len(piece)] = True
        return codes, mask

    def text(self, codes: Sequence[int]) -> str:
        """The characters of codes.

        Args:
            codes: numbers below ``size``.

        Returns:
            Text.
        """
        return "".join(self.symbols[code - FIRST] if code >= FIRST else REPLACEMENT for code in codes if code != BEGIN)


@dataclass(frozen=True)
class CharacterModel:
    """A language model as a contestant's model.

    logs: texts -> (log2 of the probability given to each character (n, t), mask (n, t)). after: codes of what is
    already written (t,) -> probabilities of the next code (size,). arrays: everything that would be shipped.
    """

    alphabet: Alphabet
    log_probabilities: Callable[[Sequence[str]], tuple[np.ndarray, np.ndarray]]
    next_probabilities: Callable[[np.ndarray], np.ndarray]
    arrays: Callable[[], Mapping[str, np.ndarray]]
    parameters: int
    facts: Facts = field(default_factory=dict)
    suffix = "npz"

    def predict(self, inputs: Inputs) -> np.ndarray:
        """Bits per character of each text (n,), lower is better; an empty text costs nothing."""
        logs, mask = self.log_probabilities(list(inputs))
        return -(logs * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)

    def margin(self, inputs: Inputs) -> np.ndarray:
        """The same as ``predict``."""
        return self.predict(inputs)

    def explain(self, inputs: Inputs, background: Inputs, outputs: np.ndarray | None = None) -> Attribution:
        """Not for a writer.

        Raises:
            ValueError: always; a text's bits are a sum over its characters, there is no part to credit.
        """
        raise ValueError("a language model's score is no decision to explain")

    def saved(self) -> bytes:
        """Arrays, alphabet and facts as one npz without pickles."""
        letters = np.frombuffer(self.alphabet.symbols.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        return model_archive.pack(self.describe(), {**self.arrays(), "alphabet": letters})

    def describe(self) -> JsonObject:
        """Structure in numbers and words."""
        return {"device": "cpu", "parameters": self.parameters, **self.facts}

    def write(self, prompt: str, length: int, temperature: float, seed: int) -> str:
        """The prompt continued by ``length`` characters, drawn from the sharpened or flattened probabilities.

        Args:
            temperature: 1 draws from the model itself, lower ones prefer the likely.
        """
        draw = np.random.default_rng(seed)
        codes = list(self.alphabet.codes([prompt])[0][0])
        start = len(codes)
        for _ in range(length):
            chances = np.asarray(self.next_probabilities(np.array(codes)), dtype=float)
            chances[:FIRST] = 0.0
            chances = np.maximum(chances, 1e-30) ** (1.0 / temperature)
            chances[:FIRST] = 0.0
            codes.append(int(draw.choice(len(chances), p=chances / chances.sum())))
        return self.alphabet.text(codes[start:])


def longest_copy(written: str, source: str) -> str:
    """The longest passage of a generated text that stands word for word in the source.

    Args:
        written: generated. source: the training text.

    Returns:
        The passage; "" where there is none.
    """
    best = ""
    for begin in range(len(written)):
        while begin + len(best) < len(written) and written[begin : begin + len(best) + 1] in source:
            best = written[begin : begin + len(best) + 1]
    return best


def alphabet_of(train: Dataset) -> Alphabet:
    """The alphabet that a corpus declares, or that of its own characters.

    Args:
        train: a corpus.

    Returns:
        The alphabet.
    """
    known = train.facts.get("alphabet")
    return Alphabet(str(known) if known else "".join(sorted({c for piece in train.inputs for c in piece})))


def unsupported_reason(dataset: Dataset) -> str | None:
    """Why a language model cannot be fitted on this corpus.

    Args:
        dataset: a corpus.

    Returns:
        A sentence, or None if it can.
    """
    total = sum(len(piece) for piece in dataset.inputs)
    if total < FEWEST_CHARACTERS:
        return f"{total:,} characters are too little to learn to write from; it takes {FEWEST_CHARACTERS:,}"
    return None
