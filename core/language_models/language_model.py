"""A language model in use: how likely it finds continuations of a text, and what it writes itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.language_models.byte_pairs import BytePairs
from core.language_models.gguf_file import GgufError, read_gguf
from core.language_models.llama_decoder import LlamaDecoder, Remembered

if TYPE_CHECKING:
    import torch

TURN_BEGINS, TURN_ENDS, TEXT_ENDS = "<|im_start|>", "<|im_end|>", "<|endoftext|>"
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
# Tokens of a block in which a long text is read for its likelihood, and how many of them only give context.
BLOCK, OVERLAP = 320, 64


@dataclass(frozen=True)
class Begun:
    """A text as far as it was read: what is remembered, and the log-probabilities (vocabulary,) of the next token."""

    remembered: Remembered
    following: torch.Tensor


class LanguageModel:
    """A decoder with its vocabulary. Every text is read alone, so that its numbers do not depend on its neighbours."""

    def __init__(self, decoder: LlamaDecoder, tokens: BytePairs) -> None:
        self.decoder, self.tokens = decoder, tokens
        self.ends = {number for mark, number in tokens.marks.items() if mark in (TURN_ENDS, TEXT_ENDS)}

    @classmethod
    def load(cls, path: Path) -> LanguageModel:
        """The model of a GGUF file.

        Args:
            path: of the file.

        Raises:
            GgufError: a file that is damaged or of another kind.
        """
        file = read_gguf(path)
        words = file.words("tokenizer.ggml.tokens")
        if file.facts.get("tokenizer.ggml.model") != "gpt2":
            raise GgufError(f"{path.name} has a vocabulary of another kind than byte pairs")
        pairs = BytePairs(words, file.words("tokenizer.ggml.merges"), (TURN_BEGINS, TURN_ENDS, TEXT_ENDS))
        decoder = LlamaDecoder.load(file)
        if len(words) != len(decoder.output):
            raise GgufError(f"{path.name} names {len(words):,} tokens and weighs {len(decoder.output):,}")
        return cls(decoder, pairs)

    def begin(self, numbers: Sequence[int], after: Begun | None = None) -> Begun:
        """Reads tokens, after others that were read before.

        Args:
            numbers: of at least one token. after: what they follow.

        Raises:
            ValueError: no token, or more than the model takes.
        """
        import torch

        before = after.remembered if after else Remembered()
        if not numbers or before.length + len(numbers) > self.decoder.sizes.context:
            raise ValueError(f"1 to {self.decoder.sizes.context - before.length:,} tokens can be read here")
        with torch.inference_mode():
            hidden, remembered = self.decoder.read(torch.tensor([list(numbers)]), before)
            return Begun(remembered, torch.log_softmax(self.decoder.log_odds(hidden[0, -1]), dim=-1))

    def continuation_scores(self, begun: Begun, continuations: Sequence[Sequence[int]]) -> np.ndarray:
        """How likely each continuation is as a whole.

        Args:
            begun: what they follow. continuations: numbers of tokens, at least one each.

        Returns:
            float64 (k,): log-probability of all tokens of each.
        """
        import torch

        scores = np.array([float(begun.following[one[0]]) for one in continuations])
        longest = max(len(one) for one in continuations)
        if longest == 1:
            return scores
        # All but the last token of each are read at once, padded on the right, where nothing looks back at the padding.
        padded = torch.zeros(len(continuations), longest - 1, dtype=torch.int64)
        for row, one in enumerate(continuations):
            padded[row, : len(one) - 1] = torch.tensor(one[:-1], dtype=torch.int64)
        with torch.inference_mode():
            hidden, _ = self.decoder.read(padded, begun.remembered)
            for row, one in enumerate(continuations):
                if len(one) > 1:
                    known = torch.log_softmax(self.decoder.log_odds(hidden[row, : len(one) - 1]), dim=-1)
                    scores[row] += float(known.gather(1, torch.tensor(one[1:])[:, None]).sum())
        return scores

    def text_bits(self, text: str) -> float:
        """Bits that the model needs for a text, by reading it in overlapping blocks; the first token is not counted.

        Args:
            text: at least two tokens long.

        Returns:
            Bits in all.
        """
        import torch

        numbers = self.tokens.encode(text)
        bits = 0.0
        for begin in range(0, len(numbers), BLOCK - OVERLAP):
            known = min(begin, OVERLAP)
            block = numbers[begin - known : begin + BLOCK - OVERLAP]
            if len(block) < 2:
                continue
            with torch.inference_mode():
                hidden, _ = self.decoder.read(torch.tensor([block[:-1]]))
                first = max(known - 1, 0)
                said = torch.log_softmax(self.decoder.log_odds(hidden[0, first:]), dim=-1)
                bits -= float(said.gather(1, torch.tensor(block[first + 1 :])[:, None]).sum()) / math.log(2)
        return bits

    def chat_numbers(self, asked: str) -> list[int]:
        """Tokens of one turn of a chat, up to where the answer begins; marks in the text asked are plain letters.

        Args:
            asked: what a person says.

        Returns:
            Numbers.
        """
        head = f"{TURN_BEGINS}system\n{SYSTEM}{TURN_ENDS}\n{TURN_BEGINS}user\n"
        tail = f"{TURN_ENDS}\n{TURN_BEGINS}assistant\n"
        return [*self.tokens.encode(head, True), *self.tokens.encode(asked), *self.tokens.encode(tail, True)]

    def write(
        self, numbers: Sequence[int], most: int, choose: Callable[[np.ndarray], int] | None = None
    ) -> Iterator[int]:
        """Tokens that the model writes after others, until it ends its turn.

        Args:
            numbers: of the tokens before. most: tokens to write. choose: log-probabilities float64 (vocabulary,) ->
                the next token; None takes the likeliest.

        Yields:
            Numbers of tokens.
        """
        begun = self.begin(numbers)
        for _ in range(min(most, self.decoder.sizes.context - len(numbers) - 1)):
            chosen = int(begun.following.argmax()) if choose is None else choose(begun.following.double().numpy())
            if chosen in self.ends:
                return
            yield chosen
            begun = self.begin([chosen], begun)


def sampler(temperature: float, seed: int) -> Callable[[np.ndarray], int]:
    """Draws the next token from the model's probabilities.

    Args:
        temperature: 1 draws from the model itself, lower prefers the likely. seed: of the draws.

    Returns:
        Log-probabilities (vocabulary,) -> the number of a token.
    """
    rng = np.random.default_rng(seed)

    def draw(known: np.ndarray) -> int:
        weights = np.exp((known - known.max()) / temperature)
        return int(rng.choice(len(weights), p=weights / weights.sum()))

    return draw
