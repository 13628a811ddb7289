"""Who rated what: ratings as users with a past and a held-back future, and how a ranking of items is scored.

Reference: Järvelin & Kekäläinen 2002 (NDCG); Krichene & Rendle 2020 (rank against all items, never a sample).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from core.schema import Dataset, LoadError, Task

if TYPE_CHECKING:
    import pandas as pd

TASK = Task(None, "ranking", "ranking", metric="ndcg_at_10")
TOP = 10
LEAST_RATINGS = 6
LEAST_USERS = 30
HELD = 0.3
FLOOR, SLOPE = 0.4, 0.6


def interaction_dataset(
    users: np.ndarray, items: np.ndarray, values: np.ndarray | None, name: str, seed: int = 0, **more: Any
) -> Dataset:
    """Ratings as a data set of modality "interactions": one unit is one user with a past and a held-back future.

    The newest three tenths of a user's ratings are held back where time is told, else a drawn part; made once, so that
    folds over users are honest. A held item is worth its rating over the scale's lowest, as a share of the range.

    Args:
        users, items: (m,) names or numbers. values: (m,) ratings; None where taking an item is all that is known.
        more: order (m,) larger is newer; features {name: (m,) numbers of the item}; source; least (ratings a user).

    Raises:
        LoadError: one user, one item, equal ratings, or too few users with enough ratings.
    """
    people, who = np.unique(np.asarray(users).astype(str), return_inverse=True)
    things, what = np.unique(np.asarray(items).astype(str), return_inverse=True)
    if len(people) < 2:
        raise LoadError(f"There is {len(people)} user: nothing can be learned from others' taste.", name, "Add users.")
    if len(things) <= TOP:
        raise LoadError(f"There are {len(things)} items; a ranking of ten needs more.", name, "Add items.")
    gains = _gains(values, len(who), name)
    rng = np.random.default_rng((seed, 61))
    order = np.asarray(more.get("order", np.zeros(len(gains))), dtype=float)
    rows = np.lexsort((rng.random(len(gains)), order, who))
    past, future = [], []
    for part in np.split(rows, np.flatnonzero(np.diff(who[rows])) + 1):
        cut = len(part) - max(1, round(HELD * len(part)))
        if len(part) < int(more.get("least", LEAST_RATINGS)) or not gains[part[cut:]].any():
            continue
        pairs = [[int(what[row]), round(float(gains[row]), 4)] for row in part]
        past.append(json.dumps(pairs[:cut]))
        future.append(json.dumps(pairs[cut:]))
    if len(past) < LEAST_USERS:
        raise LoadError(
            f"{len(past)} of {len(people)} users have {LEAST_RATINGS} ratings or more and liked a later item; it takes"
            f" {LEAST_USERS}.", name, "Add ratings.",
        )  # fmt: skip
    return _build_dataset((past, future), (things, what), name, more)


def _gains(values: np.ndarray | None, count: int, name: str) -> np.ndarray:
    """(m,) worth of each rating, 0 for the scale's lowest to 1; all 1 without ratings."""
    if values is None:
        return np.ones(count)
    values = np.asarray(values, dtype=float)
    if not np.isfinite(values).all() or np.ptp(values) == 0:
        raise LoadError(
            "The ratings are all equal or not all numbers.", name,
            "Give one number a rating, or leave the column out: then every item taken counts alike.",
        )  # fmt: skip
    return (values - values.min()) / np.ptp(values)


def _build_dataset(
    sides: tuple[list[str], list[str]], catalogue: tuple[np.ndarray, np.ndarray], name: str, more: Mapping
):
    import pandas as pd

    things, what = catalogue
    first = np.unique(what, return_index=True)[1]
    features = {key: [float(v) for v in np.asarray(column)[first]] for key, column in more.get("features", {}).items()}
    frame = pd.DataFrame({"past": sides[0], "future": sides[1]}).astype(object)
    facts = {
        "form": "ranking", "target": None, "items_bad": 0,
        "items": [str(thing) for thing in things], "item_features": features, "score_of_perfect": 1.0,
        "score_of_chance": score_of_chance(frame, len(things)), "held_by": "time" if "order" in more else "chance",
    }  # fmt: skip
    return Dataset(name, "interactions", frame, source=str(more.get("source", "")), facts=facts)


def user_item_pairs(column: Sequence[str]) -> list[np.ndarray]:
    """The [item, gain] pairs of each user.

    Args:
        column: one text a user, as the data set stores them.

    Returns:
        Arrays (k, 2).
    """
    return [np.asarray(json.loads(text), dtype=float).reshape(-1, 2) for text in column]


def histories(inputs: pd.DataFrame) -> list[np.ndarray]:
    """The known pairs of each user.

    Args:
        inputs: a DataFrame or a mapping of arrays.

    Returns:
        Arrays (k, 2) of item and gain.
    """
    return user_item_pairs(inputs["past"])


def held_back_items(inputs: pd.DataFrame) -> list[np.ndarray]:
    """The held-back pairs of each user, on which a ranking is scored.

    Args:
        inputs: a DataFrame or a mapping of arrays.

    Returns:
        Arrays (k, 2) of item and gain.
    """
    return user_item_pairs(inputs["future"])


def interaction_matrix(found: Sequence[np.ndarray], items: int) -> np.ndarray:
    """Pairs as a matrix: .4 for having met an item, up to 1 for the best rating.

    Args:
        found: the pairs of each user; items beyond the catalogue are left out. items: size of the catalogue.

    Returns:
        float32 (users, items).
    """
    made = np.zeros((len(found), items), dtype=np.float32)
    for row, part in enumerate(found):
        known = part[(part[:, 0] >= 0) & (part[:, 0] < items)]
        made[row, known[:, 0].astype(int)] = FLOOR + SLOPE * known[:, 1]
    return made


def all_interactions(dataset: Dataset) -> np.ndarray:
    """Past and future of training users together.

    Args:
        dataset: interactions.

    Returns:
        float32 (users, items), as ``interaction_matrix`` gives it.
    """
    items = len(dataset.facts["items"])
    return np.maximum(
        interaction_matrix(histories(dataset.inputs), items), interaction_matrix(held_back_items(dataset.inputs), items)
    )


def top_k(scores: np.ndarray, known: np.ndarray, count: int = TOP) -> np.ndarray:
    """The items with the highest scores, without those of the past.

    Args:
        scores: float (users, items). known: the past (users, items). count: items wanted.

    Returns:
        int (users, count), best first.
    """
    open_ = np.where(known > 0, -np.inf, scores)
    count = min(count, open_.shape[1])
    top = np.argpartition(-open_, count - 1, axis=1)[:, :count]
    order = np.argsort(-np.take_along_axis(open_, top, axis=1), axis=1, kind="stable")
    return np.take_along_axis(top, order, axis=1)


def ndcg_at_k(lists: np.ndarray, held: Sequence[np.ndarray]) -> np.ndarray:
    """Normalised discounted cumulative gain of each user's list.

    Args:
        lists: items int (users, k), best first. held: the held-back pairs of each user.

    Returns:
        float (users,), 0 to 1.

    Reference: Jarvelin & Kekalainen 2002.
    """
    discounts = 1 / np.log2(np.arange(2, lists.shape[1] + 2))
    found = np.zeros(len(lists))
    for row, part in enumerate(held):
        worth = dict(zip(part[:, 0].astype(int).tolist(), part[:, 1].tolist(), strict=True))
        ideal = np.sort(part[:, 1])[::-1][: len(discounts)]
        most = float((ideal * discounts[: len(ideal)]).sum())
        if most > 0:
            found[row] = sum(worth.get(item, 0.0) * d for item, d in zip(lists[row].tolist(), discounts, strict=True))
            found[row] /= most
    return found


def recall_at_k(lists: np.ndarray, held: Sequence[np.ndarray]) -> np.ndarray:
    """Share of each user's held-back items in the list.

    Args:
        lists: items int (users, k). held: the held-back pairs of each user.

    Returns:
        float (users,), 0 to 1.
    """
    return np.array(
        [np.isin(part[:, 0], row).mean() if len(part) else 0.0 for row, part in zip(lists, held, strict=True)]
    )


def score_of_chance(inputs: pd.DataFrame, items: int) -> float:
    """Expected NDCG of a random order of all items but the past ones.

    Args:
        inputs: a DataFrame or a mapping of arrays. items: size of the catalogue.

    Returns:
        The mean over users, 0 to 1.
    """
    discounts = 1 / np.log2(np.arange(2, TOP + 2))
    found = []
    for known, held in zip(histories(inputs), held_back_items(inputs), strict=True):
        ideal = np.sort(held[:, 1])[::-1][:TOP]
        most = float((ideal * discounts[: len(ideal)]).sum())
        found.append(held[:, 1].sum() / max(items - len(known), 1) * discounts.sum() / most if most > 0 else 0.0)
    return float(np.mean(found))


def unsupported_reason(dataset: Dataset) -> str | None:
    """Why no recommender can be fitted here.

    Args:
        dataset: interactions.

    Returns:
        A sentence, or None if one can.
    """
    if "items" not in dataset.facts or not hasattr(dataset.inputs, "columns"):
        return "these are no ratings by users"
    if len(dataset) < LEAST_USERS:
        return f"{len(dataset)} users are too few to learn taste from; it takes {LEAST_USERS}"
    return None
