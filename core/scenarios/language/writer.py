"""What a small language model replies to a few messages, and what its tokens take, where it is installed."""

from __future__ import annotations

from core.judging import use_case_rules
from core.language_models import smollm_package
from core.models.text import chat_reply
from core.profiling.prices import load_prices
from core.schema import JsonObject, Progress, ProgressCallback, check_cancelled

TITLE = "A small language model writes"
TOKENS = 40


def writer_section(on_progress: ProgressCallback) -> JsonObject:
    """A table of messages, replies and their cost; how to install the model where it is not there.

    Args:
        on_progress: told before each reply; it may raise to stop.

    Returns:
        A section of a study.
    """
    if (reason := smollm_package.unavailable_reason()) is not None:
        return use_case_rules.study_section(
            TITLE, "text", "Conversation is measured only where the model is installed.",
            rows=[{"title": smollm_package.TITLE, "text": f"{reason}."}],
        )  # fmt: skip
    assumed, rows = load_prices(), []
    how = ""
    for step, message in enumerate(chat_reply.MESSAGES):
        check_cancelled(on_progress)
        on_progress(Progress("measure", step, len(chat_reply.MESSAGES), message="a small language model replies"))
        text, cost = chat_reply.write_reply(message, TOKENS, 0.0, 0, assumed)
        how = cost.how
        taken = (cost.tokens_a_second, cost.joules / max(1, cost.tokens), cost.usd_busy, cost.usd_served)
        # Significant digits: a quick machine takes less than a hundredth of a joule a token, which is not nothing.
        rows.append([message, text, *(float(f"{one:.3g}") for one in taken)])
    about = (
        f"{smollm_package.TITLE}, 4 bit, {TOKENS} tokens at most, the likeliest each. Joules are {how}. Rented tokens "
        f"cost ${assumed.token_low:.2f} to ${assumed.token_high:.2f} a million, from far larger models: compared is "
        f"the price of a token, not what is written. {chat_reply.GENERATED} {smollm_package.SEEN}"
    )
    columns = ["message", "reply", "tokens per second", "joules per token", "USD per million tokens, never idle",
               f"USD per million, busy {100 * assumed.utilisation:.0f} % of the time"]  # fmt: skip
    return use_case_rules.study_section(TITLE, "table", about, columns=columns, rows=rows)
