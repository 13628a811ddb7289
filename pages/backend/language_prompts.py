"""What the form of a contest asks core about a prompted language model."""

from __future__ import annotations

from collections.abc import Sequence

from core.language_models import label_prompt, smollm_package
from core.schema import LoadError, Plan

CONTESTANT = "text_prompted"


def takes_part(plan: Plan) -> bool:
    """Whether the plan names the prompted contestant."""
    return CONTESTANT in plan.contestants


def unavailable_reason() -> str | None:
    """Why the language model cannot be used on this machine, or None if it can."""
    return smollm_package.unavailable_reason()


def usual_prompt() -> str:
    """The prompt that is used where none was worded."""
    return label_prompt.DEFAULT


def trouble(wording: str, words: Sequence[str], classes: Sequence[str], target: str) -> str | None:
    """Why a prompt cannot be used, in the user's words; None if it can."""
    try:
        label_prompt.make_prompt(wording, words, classes, target)
    except LoadError as error:
        return str(error)
    return None
