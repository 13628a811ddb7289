"""Prompted classification: how likely a language model finds each whole label behind a text, and its calibration.

Reference: Brown et al. 2020 (prompting); Zhao et al. 2021 (contextual calibration); Holtzman et al. 2021 (whole answers
compete by what the text adds to them).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.language_models.language_model import LanguageModel
from core.schema import LoadError
from core.wording import count_of, quote_names

TEXT, LABELS = "{text}", "{labels}"
DEFAULT = "Decide the {target} of each text: {labels}.\n\nText: {text}\n{target}:"
# Texts without content: what the model prefers behind them, it prefers whatever it is asked.
EMPTY_TEXTS = ("N/A", "", "[MASK]")
TEXT_TOKENS = 96
PROMPT_CHARACTERS, WORD_CHARACTERS, MOST_LABELS = 2_000, 80, 40


@dataclass(frozen=True)
class LabelPrompt:
    """What stands before and after a text, and the words of each label in the order of the classes."""

    head: str
    tail: str
    words: tuple[str, ...]

    @property
    def mark(self) -> str:
        """Everything that decides a score beside the text and the model.

        Returns:
            A text.
        """
        return "\0".join((self.head, self.tail, str(TEXT_TOKENS), *self.words))


def make_prompt(wording: str, words: Sequence[str], classes: Sequence[str], target: str) -> LabelPrompt:
    """The prompt of a data set.

    Args:
        wording: with {text} once, perhaps {labels} and {target}; "" is the default. words: one a class; () takes the
            names of the classes. classes: their names. target: what they are called.

    Raises:
        LoadError: a wording or words that cannot be used, in the user's words.
    """
    where = "the prompt of the language model"
    said = (wording or DEFAULT).replace("{target}", (target or "label").replace("_", " "))
    told = tuple(" ".join(str(word).replace("_", " ").split()) for word in (words or classes))
    if said.count(TEXT) != 1 or len(said) > PROMPT_CHARACTERS:
        raise LoadError(
            f"The prompt holds {TEXT} {count_of(said.count(TEXT), 'time')} in {count_of(len(said), 'character')}.",
            where,
            f"Write {TEXT} once, where each text belongs, within {PROMPT_CHARACTERS:,} characters.",
        )  # fmt: skip
    if len(told) != len(classes) or len(told) > MOST_LABELS:
        raise LoadError(
            f"There are {count_of(len(classes), 'class', 'classes')} and words for {len(told)}.", where,
            f"Give words for each class, of at most {MOST_LABELS}.",
        )  # fmt: skip
    folded = [word.casefold() for word in told]
    wrong = [
        name for name, word in zip(classes, folded, strict=True)
        if not word or len(word) > WORD_CHARACTERS or folded.count(word) > 1
    ]  # fmt: skip
    if wrong:
        raise LoadError(
            f"The words for {quote_names(wrong)} are empty, too long or those of another class.", where,
            f"Give each class words of its own, of at most {WORD_CHARACTERS} characters.",
        )  # fmt: skip
    head, tail = said.replace(LABELS, ", ".join(told)).split(TEXT)
    return LabelPrompt(head, tail.rstrip(), told)


def label_scores(
    model: LanguageModel, prompt: LabelPrompt, texts: Sequence[str], on_text: Callable[[int], None] = lambda done: None
) -> np.ndarray:
    """How likely each label is as a whole behind each text; what stands before the texts is read once.

    Args:
        model: that is asked. prompt: wording and words. texts: n texts, of which the first 96 tokens are read.
        on_text: told how many are done; it may raise to stop.

    Returns:
        float32 (n, k): log-probability of all tokens of each label.
    """
    # Tokens hold the blank before a word: one at the end of the head belongs to the text.
    blank = " " if prompt.head.endswith(" ") else ""
    before = model.tokens.encode(prompt.head.removesuffix(" "))
    head = model.begin(before) if before else None
    tail = model.tokens.encode(prompt.tail)
    labels = [model.tokens.encode(f" {word}") for word in prompt.words]
    made = np.zeros((len(texts), len(labels)), dtype=np.float32)
    for row, text in enumerate(texts):
        numbers = [*model.tokens.encode(f"{blank}{text}")[:TEXT_TOKENS], *tail]
        # A prompt that ends with an empty text has nothing left to read but a blank.
        begun = model.begin(numbers or model.tokens.encode(" "), head)
        made[row] = model.continuation_scores(begun, labels)
        on_text(row + 1)
    return made


def empty_scores(model: LanguageModel, prompt: LabelPrompt) -> np.ndarray:
    """What the model prefers without any content: the mean of its scores behind three texts that say nothing.

    Args:
        model: that is asked. prompt: wording and words.

    Returns:
        float32 (k,).
    """
    mean: np.ndarray = label_scores(model, prompt, EMPTY_TEXTS).mean(axis=0)
    return mean


def log_shares(scores: np.ndarray) -> np.ndarray:
    """Scores as log-probabilities of the labels against each other.

    Args:
        scores: (n, k).

    Returns:
        (n, k), whose exponentials sum to 1 in each row.
    """
    most = scores.max(axis=1, keepdims=True)
    shares: np.ndarray = scores - most - np.log(np.exp(scores - most).sum(axis=1, keepdims=True))
    return shares
