"""What a million tokens cost that a language model writes on this machine, beside rented ones."""

from __future__ import annotations

import numpy as np

from core.evaluation import refitting
from core.language_models import smollm_package
from core.models.text import chat_reply
from core.profiling import latency
from core.schema import FittedContestant, Measurement, MeasurementCost, MeasurementResult

TOKENS = 40


def measure(subject: FittedContestant) -> MeasurementResult:
    """USD per million tokens, one value a message; the detail has tokens per second, joules per token and rent."""
    if subject.contestant.needs_labels or smollm_package.unavailable_reason() is not None:
        return MeasurementResult((), {"reason": "only an installed language model writes tokens"})
    assumed = latency.from_assumptions(subject.context)
    chat_reply.write_reply(chat_reply.MESSAGES[0], 2, 0.0, 0, assumed)
    costs = []
    for step, message in enumerate(chat_reply.MESSAGES):
        refitting.report_progress(subject, step, len(chat_reply.MESSAGES), "writing replies")
        costs.append(chat_reply.write_reply(message, TOKENS, 0.0, 0, assumed)[1])
    written = sum(one.tokens for one in costs)
    detail = {
        "tokens": written,
        "tokens_a_second": written / sum(one.seconds for one in costs),
        "first_token_seconds": float(np.median([one.first_seconds for one in costs])),
        "joules_a_token": sum(one.joules for one in costs) / max(1, written),
        "energy": costs[0].how,
        "usd_busy": float(np.median([one.usd_busy for one in costs])),
        "rented": {"token_low": assumed.token_low, "token_high": assumed.token_high, "token_2023": assumed.token_2023},
        "note": "A rented model of this price is far larger and far better; what is compared is the price of a token.",
    }
    return MeasurementResult(tuple(one.usd_served for one in costs), detail)


MEASUREMENT = Measurement(
    key="token_cost",
    title="Cost of a million tokens written here",
    unit="USD",
    better="lower",
    about="Five messages are answered by the language model with at most 40 tokens each, and timed. A million tokens x "
    "wall seconds of one x price of a virtual CPU's hour / 3600 / share of the time in which a server answers; the "
    "detail has the price on a machine that never idles, tokens per second, and joules per token by the processor's "
    "counter or, where there is none, estimated.",
    measure=measure,
    slow=True,
    families=("deep",),
    modalities=("text",),
    kinds=("classification",),
    group="ship",
    order=3,
    question="What does a token of one's own cost?",
    answers="Tokens per second, joules and dollars per million tokens of a small language model, beside rented ones.",
    cost=MeasurementCost(seconds=30),
    panel="token_cost",
    runs_alone=True,
)
