"""The three writers: counted, trained, and both mixed, fitted on a corpus and put together as models."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.models.composed_model import network_arrays, network_size
from core.models.generation import ngrams, transformer_network
from core.models.generation.character_model import BEGIN, Alphabet, CharacterModel, alphabet_of
from core.models.training import trainer
from core.schema import Budget, Dataset, JsonObject, Progress, ProgressCallback
from core.workers import devices, work_clock

if TYPE_CHECKING:
    from torch import nn

CONTEXTS = (3, 4, 5, 6, 7)
LENGTH = 128
BATCH = 4
LARGE_BATCH = 64
JUDGED = 48
ROUNDS = 30
ROOM = 64


@dataclass(frozen=True)
class LanguageNetwork:
    """A trained network with its alphabet; longer texts are read in stretches of ``length`` characters."""

    network: nn.Module
    alphabet: Alphabet
    length: int

    def log_probabilities(self, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """Log probability of every character given those before it.

        Args:
            texts: n texts.

        Returns:
            log2 probabilities float (n, t) and mask bool (n, t).
        """
        import torch

        codes, mask = self.alphabet.codes(texts)
        found, place = np.zeros(mask.shape), next(self.network.parameters()).device
        with torch.no_grad():
            for row in range(0, len(codes), ROOM):
                for begin in range(0, mask.shape[1], self.length):
                    part = torch.from_numpy(codes[row : row + ROOM, begin : begin + self.length + 1]).to(place)
                    logs = torch.log_softmax(self.network(part[:, :-1]).float(), dim=-1)
                    taken = logs.gather(2, part[:, 1:, None])[:, :, 0].cpu().double() / math.log(2)
                    found[row : row + ROOM, begin : begin + taken.shape[1]] = taken.numpy()
        return found, mask

    def next_probabilities(self, codes: np.ndarray) -> np.ndarray:
        """Probabilities of the next character.

        Args:
            codes: those before it.

        Returns:
            float (size,).
        """
        import torch

        seen = codes[-self.length :] if len(codes) else np.array([BEGIN])
        with torch.no_grad():
            asked = torch.from_numpy(np.asarray(seen, dtype=np.int64))[None].to(next(self.network.parameters()).device)
            return torch.softmax(self.network(asked)[0, -1].cpu().double(), dim=0).numpy()


def fit_ngrams(train: Dataset, valid: Dataset, on_progress: ProgressCallback) -> tuple[ngrams.KneserNey, JsonObject]:
    """Kneser-Ney n-grams whose context length needs the fewest bits on the inner texts.

    Args:
        train: a corpus. valid: the inner texts. on_progress: called once a context length.

    Returns:
        The counts, and facts about them.
    """
    began = time.process_time()
    alphabet = alphabet_of(train)
    best, least, tried = None, math.inf, {}
    for step, longest in enumerate(CONTEXTS):
        work_clock.charge("ngram_letter", float(sum(map(len, train.inputs))) * longest)
        counted = ngrams.fit_kneser_ney(list(train.inputs), alphabet, longest)
        found, _, mask = counted.score_texts(list(valid.inputs))
        bits = float(-np.log2(found[mask]).mean())
        tried[str(longest)] = bits
        spent = time.process_time() - began
        on_progress(Progress("fit", step + 1, len(CONTEXTS), loss=bits, score=-bits, cpu_seconds=spent))
        if bits < least - 1e-4:
            best, least = counted, bits
        elif bits > least + 0.02:
            break
    if best is None:
        raise ValueError("no context length gave a finite number of bits on the inner texts")
    facts = {"kind": "interpolated Kneser-Ney", "context": len(best.orders) - 1, "inner_bits": tried}
    return best, facts


def fit_transformer(
    train: Dataset, valid: Dataset, budget: Budget, on_progress: ProgressCallback
) -> tuple[LanguageNetwork, JsonObject]:
    """A transformer trained for the budget's seconds, judged on up to 48 of the inner texts.

    Raises:
        TrainingError: the loss was not a finite number from the start.
    """
    import torch

    device, note = devices.configure_torch(budget.device, budget.threads, budget.seed)
    alphabet = alphabet_of(train)
    longest = min(LENGTH, max(len(piece) for piece in (*train.inputs, *valid.inputs)))
    shape = transformer_network.config_for(device, budget.seconds, longest)
    own, held = (_pairs(part, alphabet, longest) for part in (train, valid))
    held = tuple(part[:JUDGED] for part in held)
    made = transformer_network.build_transformer(alphabet.size, shape)
    size = (BATCH if device == "cpu" else LARGE_BATCH) * max(1, LENGTH // longest)

    def score(judged: nn.Module) -> float:
        place = next(judged.parameters()).device
        with torch.no_grad():
            nats = transformer_network.loss(judged(held[0].to(place)), held[1].to(place))
        return -float(nats) / math.log(2)

    steps = transformer_network.steps_per_evaluation(len(own[0]), size)
    config = trainer.TrainerConfig(
        epochs=_max_epochs(len(own[0]), size), learning_rate=1e-2 if device == "cpu" else 3e-3, weight_decay=0.05,
        schedule="one-cycle", steps=steps, patience=12, seconds=budget.seconds, device=device,
    )  # fmt: skip
    batches = transformer_network.batch_stream(own, size, steps, budget.seed)
    done = trainer.fit_weights(made, batches, transformer_network.loss, score, config, on_progress)
    made.to(done.device)
    facts = {
        "kind": "causal transformer", "layers": shape.layers, "width": shape.width, "heads": shape.heads,
        "context": longest, "epochs": done.epochs, "best_epoch": done.best_epoch, "stopped": done.stopped,
        "device": done.device, "precision": done.precision, "inner_bits": -done.best_score,
        "characters_read": done.epochs * steps * size * longest,
        "notes": [*done.notes, *([note] if note else [])],
    }  # fmt: skip
    return LanguageNetwork(made, alphabet, longest), facts


def ngram_model(counted: ngrams.KneserNey, facts: JsonObject) -> CharacterModel:
    """The n-grams as a contestant's model.

    Args:
        counted: the fitted n-grams. facts: about them.

    Returns:
        The model.
    """

    def logs(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        found, _, mask = counted.score_texts(texts)
        return np.log2(found), mask

    return CharacterModel(
        counted.alphabet,
        logs,
        lambda codes: counted.next_probabilities(codes)[0],
        counted.arrays,
        counted.parameters,
        facts,
    )


def transformer_model(trained: LanguageNetwork, facts: JsonObject) -> CharacterModel:
    """The transformer as a contestant's model; it answers on the device it was trained on.

    Args:
        trained: the network. facts: about it.

    Returns:
        The model.
    """
    return CharacterModel(
        trained.alphabet,
        trained.log_probabilities,
        trained.next_probabilities,
        lambda: network_arrays(trained.network),
        network_size(trained.network),
        facts,
    )


def mixture_model(
    counted: ngrams.KneserNey,
    facts: JsonObject,
    trained: LanguageNetwork,
    more: JsonObject,
    valid: Dataset,
    on_progress: ProgressCallback,
) -> CharacterModel:
    """Both mixed: weight of the counts by length of the longest context seen, fitted by expectation-maximisation."""
    began = time.process_time()
    pieces = list(valid.inputs)[: 4 * JUDGED]
    first, matched, mask = counted.score_texts(pieces)
    second = 2.0 ** trained.log_probabilities(pieces)[0]
    weights = mixture_weights(first[mask], second[mask], matched[mask], len(counted.orders))
    share = weights[matched]
    bits = float(-np.log2((share * first + (1 - share) * second)[mask]).mean())
    on_progress(Progress("fit", 1, 1, score=-bits, cpu_seconds=time.process_time() - began))

    def logs(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        ours, seen, there = counted.score_texts(texts)
        theirs = 2.0 ** trained.log_probabilities(texts)[0]
        return np.log2(weights[seen] * ours + (1 - weights[seen]) * theirs), there

    def after(codes: np.ndarray) -> np.ndarray:
        ours, seen = counted.next_probabilities(codes)
        return weights[seen] * ours + (1 - weights[seen]) * trained.next_probabilities(codes)

    told = {
        "kind": "mixture", "counts": facts, "network": more, "weight_of_counts": [float(w) for w in weights],
        "inner_bits": bits, "notes": more["notes"], "device": more["device"],
    }  # fmt: skip
    size = counted.parameters + network_size(trained.network) + len(weights)
    arrays = {"weights": weights, **counted.arrays(), **network_arrays(trained.network)}
    return CharacterModel(counted.alphabet, logs, after, lambda: arrays, size, told)


def mixture_weights(first: np.ndarray, second: np.ndarray, kind: np.ndarray, kinds: int) -> np.ndarray:
    """Weight of the first probability by kind (kinds,), by expectation-maximisation; a kind never met gets one half.

    Args:
        first, second: (n,) probabilities given to what really came. kind: (n,) whole numbers.
    """
    weights = np.full(kinds, 0.5)
    met = np.bincount(kind, minlength=kinds) + 2.0
    for _ in range(ROUNDS):
        ours = weights[kind] * first
        blame = ours / np.maximum(ours + (1 - weights[kind]) * second, 1e-300)
        weights = (np.bincount(kind, blame, kinds) + 1.0) / met
    return weights


def _pairs(part: Dataset, alphabet: Alphabet, longest: int) -> tuple[Any, Any]:
    """Codes to read (n, t) and the codes that follow (n, t), -1 where the text has ended."""
    import torch

    pieces = [
        piece[begin : begin + longest] for piece in part.inputs for begin in range(0, max(len(piece), 1), longest)
    ]
    codes, mask = alphabet.codes(pieces)
    return torch.from_numpy(codes[:, :-1]), torch.from_numpy(np.where(mask, codes[:, 1:], -1))


def _max_epochs(rows: int, size: int) -> int:
    """Stretches of training at most: about twelve passes over the texts."""
    return max(8, 12 * rows // (transformer_network.steps_per_evaluation(rows, size) * size))
