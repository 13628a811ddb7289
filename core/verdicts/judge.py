"""Contests -> Verdicts: one for each claim of the document, with a reason in every case."""

from __future__ import annotations

from collections.abc import Sequence

from core import registry
from core.schema import OUTCOMES, Claim, Contest, Verdict


def judge(contests: Sequence[Contest]) -> tuple[Verdict, ...]:
    """One verdict a claim, in the order of the document's rows, from every contest played so far.

    A claim whose rule fails or returns something unusable is "not measured", with the reason in words.

    Args:
        contests: any number, in any order.

    Returns:
        As many verdicts as there are claims.
    """
    claims = sorted(registry.discover("claims").values(), key=lambda claim: (claim.section != "table", claim.row))
    return tuple(_judged(claim, tuple(contests)) for claim in claims)


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
