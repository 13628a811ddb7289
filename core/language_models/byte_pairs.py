"""Byte pairs: a text cut into the tokens of a language model, and tokens put together to a text again.

Reference: Sennrich, Haddow & Birch 2016 (byte pairs); Radford et al. 2019 (on bytes).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

# Letters are what is alphabetic once numbers are cut out: in Python's classes \w without \d and the underscore.
PIECES = re.compile(r"'(?:[sdmt]|ll|ve|re)| ?[^\W\d_]+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+|.", re.DOTALL)
KEPT_WORDS = 50_000


@cache
def byte_letters() -> dict[int, str]:
    """A printable letter for every byte, as the vocabulary writes them.

    Returns:
        byte -> letter; printable ones stand for themselves, the others follow from 256 on.
    """
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in set(plain)]
    return {**{byte: chr(byte) for byte in plain}, **{byte: chr(256 + place) for place, byte in enumerate(others)}}


def split_words(text: str) -> list[str]:
    """A text cut before tokens are joined: every digit alone, words with the blank before them, runs of signs.

    Args:
        text: any text.

    Returns:
        Parts that make up the text.
    """
    parts: list[str] = []
    begin = 0
    for place, sign in enumerate(text):
        if unicodedata.category(sign)[0] == "N":
            parts += [*PIECES.findall(text[begin:place]), sign]
            begin = place + 1
    return [*parts, *PIECES.findall(text[begin:])]


class BytePairs:
    """The vocabulary of a model: text -> token numbers and back."""

    def __init__(self, tokens: Sequence[str], merges: Sequence[str], marks: Sequence[str] = ()) -> None:
        """tokens: in order of their numbers. merges: pairs in order of their rank. marks: tokens that a text names in
        full, such as the begin of a turn."""
        self.tokens = list(tokens)
        self.number = {token: place for place, token in enumerate(self.tokens)}
        self.rank = {tuple(pair.split(" ", 1)): place for place, pair in enumerate(merges)}
        self.marks = {mark: self.number[mark] for mark in marks if mark in self.number}
        self.bytes = {letter: byte for byte, letter in byte_letters().items()}
        self.kept: dict[str, list[int]] = {}

    def encode(self, text: str, with_marks: bool = False) -> list[int]:
        """Numbers of a text's tokens.

        Args:
            text: any text. with_marks: marks of turns in it are tokens of their own; a visitor's text is read without,
                so that no text can end its own turn.

        Returns:
            Numbers.
        """
        if not (with_marks and self.marks):
            return [number for word in split_words(text) for number in self._word(word)]
        found: list[int] = []
        for part in re.split(f"({'|'.join(map(re.escape, self.marks))})", text):
            found += [self.marks[part]] if part in self.marks else self.encode(part)
        return found

    def decode(self, numbers: Sequence[int]) -> str:
        """The text of tokens; marks and broken bytes at the ends are left out or replaced.

        Args:
            numbers: of tokens.

        Returns:
            A text.
        """
        hidden = set(self.marks.values())
        letters = (letter for number in numbers if number not in hidden for letter in self.tokens[number])
        return bytes(self.bytes[letter] for letter in letters if letter in self.bytes).decode("utf-8", "replace")

    def _word(self, word: str) -> list[int]:
        """Joins the best-ranked pair of neighbours again and again."""
        if word in self.kept:
            return self.kept[word]
        letters = byte_letters()
        parts = [letters[byte] for byte in word.encode("utf-8", "replace")]
        worst = len(self.rank)
        while len(parts) > 1:
            ranks = [self.rank.get(pair, worst) for pair in pairwise(parts)]
            best = min(ranks)
            if best == worst:
                break
            place = ranks.index(best)
            parts[place : place + 2] = [parts[place] + parts[place + 1]]
        found = [self.number[part] for part in parts if part in self.number]
        if len(self.kept) < KEPT_WORDS:
            self.kept[word] = found
        return found
