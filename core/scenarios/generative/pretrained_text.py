"""How well a language model that was trained elsewhere foresees held-back text, beside the contest's writers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.evaluation import uncertainty
from core.judging import use_case_rules
from core.language_models import smollm_package
from core.language_models.language_model import LanguageModel
from core.schema import Contestant, Dataset, JsonObject, Model, Progress, ProgressCallback

TITLE = "A pretrained language model reads on"
PASSAGES, PIECES = 8, 4


def pretrained_sections(
    writers: Sequence[tuple[Contestant, Model]], test: Dataset, seed: int, on_progress: ProgressCallback
) -> list[JsonObject]:
    """Bits per character on held-back passages, of every writer and of the language model.

    Args:
        writers: fitted, with a model whose predictions are bits per character. test: held-back pieces. seed: of the
            draw of passages. on_progress: told before each passage; it may raise to stop.

    Returns:
        One section of a study; none where the language model is not installed.
    """
    if smollm_package.unavailable_reason() is not None or not writers or len(test) < 2 * PIECES:
        return []
    model = smollm_package.load_model()
    starts = np.random.default_rng((seed, 17)).permutation(len(test) // PIECES)[:PASSAGES] * PIECES
    passages = ["".join(test.inputs[start : start + PIECES]) for start in starts]
    read = []
    for step, passage in enumerate(passages):
        on_progress(Progress("measure", step, len(passages), message="a pretrained language model reads on"))
        read.append(bits_a_character(model, passage))
    found = [(player.title, np.asarray(fitted.predict(passages), dtype=float)) for player, fitted in writers]
    found.append((f"{smollm_package.TITLE} (not trained here)", np.array(read)))
    rows = []
    for title, bits in found:
        mean = uncertainty.corrected_t(bits, 0.0, 0.0)
        rows.append([title, round(mean.gap, 2), f"{mean.low:.2f} to {mean.high:.2f}"])
    about = (
        f"{len(passages)} held-back passages of {PIECES} pieces each; fewer bits are better. The contest's writers "
        f"learned from the rest of this corpus in seconds. {smollm_package.SEEN} The sum over its tokens is divided by "
        "the characters, so that both are in one unit."
    )
    columns = ["Who", "Bits per character", uncertainty.INTERVAL]
    return [use_case_rules.study_section(TITLE, "table", about, columns=columns, rows=rows)]


def bits_a_character(model: LanguageModel, passage: str) -> float:
    """Bits that a language model needs for a character of a passage; its first token is not counted.

    Args:
        model: that reads. passage: of at least two tokens.

    Returns:
        Bits.
    """
    first = model.tokens.decode(model.tokens.encode(passage)[:1])
    return model.text_bits(passage) / max(1, len(passage) - len(first))
