"""A language model prompted for classes, fitted without a label: scores of whole labels, contextually calibrated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from core.explain.maskers import word_masker
from core.language_models import label_prompt, smollm_package
from core.language_models.label_prompt import LabelPrompt
from core.models.composed_model import ComposedModel
from core.models.text import chat_reply
from core.models.training.output_spec import OutputSpec
from core.schema import Budget, Dataset, JsonObject, Progress, ProgressCallback, Task
from core.storage.vector_cache import cached_vectors
from core.workers import work_clock

# Key of ``Dataset.facts``: {"wording", "words"} as the plan declares them.
PROMPT_FACT = "prompt"
LABELS_USED = "It was shown no label: neither for training nor for its calibration."
# Declared reference seconds of one answer beside its tokens, and of a token that is read; estimated.
ANSWER_SECONDS, TOKEN_SECONDS = 6.0e-2, 3.5e-3
# Inner rows on which the calibrated and the uncalibrated answers are compared, for the notes.
NOTED_ROWS = 40


def prompt_of(dataset: Dataset, task: Task) -> LabelPrompt:
    """The prompt that was declared for a data set, or the usual one.

    Args:
        dataset: with its labels. task: names what is predicted.

    Raises:
        LoadError: what was declared cannot be used.
    """
    told = dataset.facts.get(PROMPT_FACT)
    told = told if isinstance(told, Mapping) else {}
    words = told.get("words") or ()
    return label_prompt.make_prompt(
        str(told.get("wording") or ""), [str(word) for word in words], dataset.labels, task.target or "label"
    )


def prompted_scores(
    texts: Sequence[str], prompt: LabelPrompt, on_progress: ProgressCallback | None = None
) -> np.ndarray:
    """Uncalibrated scores of every label behind every text, each text asked once.

    Args:
        texts: n texts. prompt: wording and words. on_progress: called after each text.

    Returns:
        float32 (n, k).
    """
    work_clock.charge_shared(answer_seconds(texts, prompt) * len(texts))
    done = 0

    def hear(row: int) -> None:
        if on_progress is not None:
            on_progress(Progress("fit", done + row, len(texts), message="asking the language model"))

    def score(block: Sequence[str]) -> np.ndarray:
        nonlocal done
        found = label_prompt.label_scores(smollm_package.load_model(), prompt, block, hear)
        done += len(block)
        return found

    name = f"{smollm_package.TITLE} {smollm_package.SHA256} {prompt.mark}"
    return cached_vectors(name, list(texts), len(prompt.words), score)


def answer_seconds(texts: Sequence[str], prompt: LabelPrompt) -> float:
    """Declared seconds of one answer: tokens of a typical text, and of all labels.

    Args:
        texts: n texts. prompt: wording and words.

    Returns:
        Seconds of one reference core.
    """
    letters = float(np.mean([len(text) for text in texts[:500]])) if len(texts) else 0.0
    labels = sum(1 + len(word) / 4 for word in prompt.words)
    tokens = min(label_prompt.TEXT_TOKENS, letters / 4) + len(prompt.tail) / 4 + labels
    return ANSWER_SECONDS + TOKEN_SECONDS * tokens


def fit_prompted(
    train: Dataset, valid: Dataset, task: Task, budget: Budget, on_progress: ProgressCallback
) -> ComposedModel:
    """Asks the model what it prefers without content; no text and no label of the training rows changes its answers.

    Args:
        train, valid: only the number of classes and, for the notes, a few inner rows are looked at. task, budget: of
            the fit. on_progress: told the score on these inner rows.

    Returns:
        The model.

    Raises:
        LoadError: the declared prompt cannot be used.
    """
    prompt = prompt_of(train, task)
    output_spec = OutputSpec.from_dataset(train, task)
    preferred = label_prompt.empty_scores(smollm_package.load_model(), prompt)

    def raw(texts: Sequence[str]) -> np.ndarray:
        logits = prompted_scores(texts, prompt) - preferred
        return logits if output_spec.form == "multiclass" else logits[:, 1:] - logits[:, :1]

    some = valid.take(np.arange(min(len(valid), NOTED_ROWS)))
    scores, truth = prompted_scores(some.inputs, prompt, on_progress), np.asarray(some.target)
    answers = output_spec.to_predictions(raw(some.inputs))
    on_progress(Progress("fit", 1, 1, score=output_spec.skill(answers, truth)))
    facts: JsonObject = {
        "kind": f"{smollm_package.TITLE}, 4 bit, prompted", "pretrained": True, "labels": 0,
        "prompt": f"{prompt.head}{label_prompt.TEXT}{prompt.tail}", "words": list(prompt.words),
        "notes": [LABELS_USED, trap_note(scores, preferred, truth, prompt), smollm_package.SEEN],
    }  # fmt: skip
    return ComposedModel(
        raw_outputs=raw,
        output_spec=output_spec,
        masker=lambda inputs, background: word_masker(list(inputs), 24),
        arrays=lambda: {"weights": smollm_package.stored_weights(), "preferred": preferred},
        parameters=smollm_package.PARAMETERS,
        facts=facts,
        answer_seconds=answer_seconds(train.inputs, prompt),
        chat=chat_reply.answer_message,
    )


def trap_note(scores: np.ndarray, preferred: np.ndarray, truth: np.ndarray, prompt: LabelPrompt) -> str:
    """What the same scores say without calibration, in a sentence.

    Args:
        scores: (n, k). preferred: (k,) without content. truth: class codes (n,). prompt: names the labels.

    Returns:
        A sentence with the shares of right answers.
    """
    plain, calibrated = scores.argmax(axis=1), (scores - preferred).argmax(axis=1)
    favourite = int(np.bincount(plain, minlength=len(prompt.words)).argmax())
    return (
        f"Calibrated by texts without content. Uncalibrated, it would answer “{prompt.words[favourite]}” to "
        f"{100 * (plain == favourite).mean():.0f} % of {len(truth)} inner rows and be right on "
        f"{100 * (plain == truth).mean():.0f} %; calibrated it is right on {100 * (calibrated == truth).mean():.0f} %."
    )
