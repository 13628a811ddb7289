"""Contests -> Verdicts: one for each claim of the document, with a reason in every case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core import registry
from core.schema import OUTCOMES, Claim, Contest, Verdict

NO_VOTE = "Not measured: a quick answer has no vote; play the full contest."


def judge(contests: Sequence[Contest]) -> tuple[Verdict, ...]:
    """One verdict a claim, in the order of the document's rows, from every contest played so far.

    A claim whose rule fails or returns something unusable is "not measured", with the reason in words.

    Args:
        contests: any number, in any order; a quick answer has no vote, as it drops contestants by their scores.

    Returns:
        As many verdicts as there are claims.
    """
    claims = sorted(registry.discover("claims").values(), key=lambda claim: (claim.section != "table", claim.row))
    voting = tuple(one for one in contests if one.plan.strategy == "full")
    found = tuple(_judged(claim, voting) for claim in claims)
    if voting or not contests:
        return found
    return tuple(replace(one, because=NO_VOTE) if one.outcome == "not measured" else one for one in found)


def _judged(claim: Claim, contests: tuple[Contest, ...]) -> Verdict:
    try:
        verdict = claim.judge(claim, contests)
    except Exception as error:
        # One broken rule must not cost the eleven others their verdict; the reason stays visible in its row.
        words = " ".join(str(error).split()) or "no reason given"
        return _unmeasured(claim, f"Its rule could not be applied: {type(error).__name__}: {words[:200]}.")
    if getattr(verdict, "claim", None) != claim.key:
        return _unmeasured(claim, "Its rule answered for another claim.")
    if verdict.outcome not in OUTCOMES:
        return _unmeasured(claim, f"Its rule gave an outcome that does not exist: {verdict.outcome!r}.")
    if not verdict.because.strip():
        return _unmeasured(claim, "Its rule gave no reason.")
    return verdict


def _unmeasured(claim: Claim, because: str) -> Verdict:
    return Verdict(claim.key, "not measured", because)
