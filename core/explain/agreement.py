"""Do two explanations agree: gaps, rank correlations, signs, and the rows on which they differ most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.schema import Facts, JsonObject, Run

PATIENCE = 0.8
SHOWN_ROWS = 5


def agreement(runs: Sequence[Run]) -> JsonObject:
    """How far the families' explanations of the same rows agree, pair by pair.

    Args:
        runs: runs of one contest; those without an explanation, and chance, are left out.

    Returns:
        ``pairs``: {"left|right": figures of ``compare`` plus reseed_floor, unfair (the same figures for the usual
        pair of methods, when both have it), method_share (how much of the usual pair's gap is the method's)};
        ``primary``: the best classical and the best deep one; and spearman, rbo, top3, sign, model_gap, reseed_floor
        of that pair. Empty when fewer than two runs explain themselves.
    """
    told = [run for run in runs if run.family != "chance" and run.explanation and "values" in run.explanation]
    pairs = {
        f"{left.contestant}|{right.contestant}": _pair(left.explanation or {}, right.explanation or {})
        for i, left in enumerate(told)
        for right in told[i + 1 :]
    }
    if not pairs:
        return {}
    sides = [_best_run(told, family) for family in ("classical", "deep")]
    primary = next((f"{a}|{b}" for a, b in (sides, sides[::-1]) if f"{a}|{b}" in pairs), next(iter(pairs)))
    chief = {name: pairs[primary][name] for name in ("spearman", "rbo", "top3", "sign", "model_gap", "reseed_floor")}
    return {"pairs": pairs, "primary": primary, **chief}


def compare(left: np.ndarray, right: np.ndarray) -> JsonObject:
    """Agreement of two (n, parts) attributions of the same rows and parts.

    Returns:
        spearman, rbo, top3 of the global importances (mean |value|); row_spearman, the median over rows; sign, the
        share of equal signs among each row's three largest of either side; model_gap, sum |left - right| over the
        mean of sum |left| and sum |right| (0: the same, up to 2); rows, where the gap is largest.
    """
    sizes = (np.abs(left).sum(axis=1) + np.abs(right).sum(axis=1)) / 2
    apart = np.abs(left - right).sum(axis=1)
    per_row = np.divide(apart, sizes, out=np.zeros(len(apart)), where=sizes > 0)
    far = np.argsort(-apart, kind="stable")[:SHOWN_ROWS]
    ours, theirs = importance(left), importance(right)
    by_row = [value for value in map(_row_spearman, left, right) if value is not None]
    return {
        "spearman": spearman(ours, theirs),
        "rbo": rank_biased_overlap(ours, theirs),
        "top3": top_overlap(ours, theirs, 3),
        "sign": sign_agreement(left, right),
        "row_spearman": float(np.median(by_row)) if by_row else None,
        "model_gap": attribution_gap(left, right),
        "rows": [{"row": int(i), "gap": float(per_row[i]), "apart": float(apart[i])} for i in far],
    }


def importance(values: np.ndarray) -> np.ndarray:
    """Global importance of every part: the mean absolute attribution.

    Args:
        values: float (n, m), attributions of n rows.

    Returns:
        float (m,), on the scale of the explained margin.
    """
    return np.abs(values).mean(axis=0)


def attribution_gap(left: np.ndarray, right: np.ndarray) -> float:
    """Distance of two attributions: sum |left - right| over the mean of the two sums of |value|.

    Args:
        left, right: float arrays of one shape.

    Returns:
        0 when equal, 2 when opposite.
    """
    size = (np.abs(left).sum() + np.abs(right).sum()) / 2
    return float(np.abs(left - right).sum() / size) if size > 0 else 0.0


def relative_error(values: np.ndarray, truth: np.ndarray) -> float | None:
    """Relative L1 error: sum |values - truth| over sum |truth|.

    Args:
        values, truth: float arrays of one shape.

    Returns:
        The error, or None when the truth is zero everywhere.
    """
    size = float(np.abs(truth).sum())
    return float(np.abs(values - truth).sum() / size) if size > 0 else None


def spearman(left: np.ndarray, right: np.ndarray) -> float | None:
    """Spearman's rank correlation, ties averaged.

    Args:
        left, right: float (m,).

    Returns:
        A number in [-1, 1], or None when one side is constant.
    """
    from scipy.stats import rankdata

    if len(left) < 2:
        return None
    a, b = rankdata(left), rankdata(right)
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return None
    return float(np.corrcoef(a, b)[0, 1])


def rank_biased_overlap(left: np.ndarray, right: np.ndarray, patience: float = PATIENCE) -> float:
    """Extrapolated rank-biased overlap of two importances: the first ranks weigh most.

    Args:
        left, right: float (m,). patience: probability of looking at the next rank.

    Returns:
        A number in [0, 1]; 1 for the same order.

    Reference: Webber, Moffat & Zobel 2010, "A similarity measure for indefinite rankings", equation 23.
    """
    first, second = _order(left), _order(right)
    depth = len(first)
    if not depth:
        return 1.0
    shared = np.array([len(set(first[:d]) & set(second[:d])) / d for d in range(1, depth + 1)])
    fade = patience ** np.arange(1, depth + 1)
    return float(shared[-1] * fade[-1] + (1 - patience) / patience * (shared * fade).sum())


def top_overlap(left: np.ndarray, right: np.ndarray, count: int) -> float:
    """Share of the most important parts that both sides name.

    Args:
        left, right: float (m,). count: how many parts count as most important.

    Returns:
        A number in [0, 1].
    """
    count = min(count, len(left))
    return len(set(_order(left)[:count]) & set(_order(right)[:count])) / count if count else 1.0


def sign_agreement(left: np.ndarray, right: np.ndarray, count: int = 3) -> float | None:
    """Share of equal signs among the parts that are among a row's largest on either side.

    Args:
        left, right: float (n, m). count: parts of a row that count as its largest.

    Returns:
        A number in [0, 1], or None when there is nothing to compare.
    """
    same, asked = 0, 0
    for one, other in zip(left, right, strict=True):
        named = set(_order(np.abs(one))[:count]) | set(_order(np.abs(other))[:count])
        judged = [j for j in named if one[j] != 0 or other[j] != 0]
        same += sum(bool(np.sign(one[j]) == np.sign(other[j])) for j in judged)
        asked += len(judged)
    return same / asked if asked else None


def align_parts(
    left: np.ndarray, left_parts: Sequence[str], right: np.ndarray, right_parts: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Both attributions over the union of their parts; a part that a model never saw has 0.

    Args:
        left: float (n, a). left_parts: its a names. right: float (n, b). right_parts: its b names.

    Returns:
        Left (n, m), right (n, m), and the m names.
    """
    parts = tuple(dict.fromkeys([*left_parts, *right_parts]))
    place = {part: i for i, part in enumerate(parts)}
    made = []
    for values, names in ((left, left_parts), (right, right_parts)):
        wide = np.zeros((len(values), len(parts)))
        wide[:, [place[name] for name in names]] = values
        made.append(wide)
    return made[0], made[1], parts


def _best_run(runs: Sequence[Run], family: str) -> str | None:
    """The family's contestant with the highest mean skill over its folds."""

    def skill(run: Run) -> float:
        known = [fit.skill for fit in run.fits if fit.skill is not None]
        return float(np.mean(known)) if known else float("-inf")

    return max((run for run in runs if run.family == family), key=skill, default=Run("", "", "chance")).contestant


def _row_spearman(left: np.ndarray, right: np.ndarray) -> float | None:
    """Of |values|, over the parts that count on either side: a text lacks nearly all words of the others."""
    there = (left != 0) | (right != 0)
    return spearman(np.abs(left[there]), np.abs(right[there]))


def _order(scores: np.ndarray) -> list[int]:
    return [int(i) for i in np.argsort(-np.asarray(scores, dtype=float), kind="stable")]


def _pair(left: Facts, right: Facts) -> JsonObject:
    ours, theirs, parts = align_parts(
        np.asarray(left["values"], dtype=float), left["parts"], np.asarray(right["values"], dtype=float), right["parts"]
    )
    found = {**compare(ours, theirs), "parts": list(parts), "reseed_floor": _seed_floor(left, right)}
    usual = left.get("unfair"), right.get("unfair")
    if usual[0] and usual[1]:
        a, b, _ = align_parts(
            np.asarray(usual[0]["values"], dtype=float), left["parts"],
            np.asarray(usual[1]["values"], dtype=float), right["parts"],
        )  # fmt: skip
        claimed = compare(a, b)
        found["unfair"] = claimed
        found["method_share"] = 1 - found["model_gap"] / claimed["model_gap"] if claimed["model_gap"] > 0 else None
    return found


def _seed_floor(left: Facts, right: Facts) -> float | None:
    floors = [side["reseed"]["gap"] for side in (left, right) if side.get("reseed")]
    return float(np.mean(floors)) if floors else None
