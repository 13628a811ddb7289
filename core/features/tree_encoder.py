"""Columns as boosted trees take them: numbers, and categories as ordered codes, one-hot columns and target statistics.

Reference: Micci-Barreca 2001 (smoothed target statistics); Prokhorenkova et al. 2018 (why a row's own answer must not
enter its statistic); Coppersmith, Hong & Hosking 1999 (order of levels with several classes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np

from core.features import table_columns
from core.features.encoded_columns import EncodedColumns
from core.schema import Facts, Inputs
from core.workers import work_clock

FOLDS = 5
PRIOR_ROWS = 10.0
MOST_ANSWERS = 8
ARRAYS = ("ranks", "hot", "described", "statistics")


@dataclass(frozen=True)
class CategorySettings:
    """How categories become numbers.

    one_hot_levels: a category of 3 to so many levels has one column a level beside its code. statistics_from: one of
    so many levels or more has out-of-fold means of the answers beside its code (0: never). ordered: codes follow the
    levels' mean answer; otherwise, and from ``statistics_from`` levels on, their frequency, ties in natural order.
    """

    one_hot_levels: int = 64
    statistics_from: int = 33
    ordered: bool = True


@dataclass(frozen=True)
class TreeEncoder(EncodedColumns):
    """Layout of a row: numbers (p) | codes (c) | one-hot columns (sum of ``hot``) | statistics (d * t).

    Every category has two more places than levels: the last but one stands for a level that training had not, with the
    rank and the statistic of an average one; the last for a missing value, NaN as a code.

    ranks: code of each place, the categories one after the other. hot (c,): one-hot columns of each. described (d,):
    which categories have statistics. statistics (places, t): smoothed mean answers, of all categories.
    """

    columns: table_columns.TableColumns
    settings: CategorySettings
    ranks: np.ndarray
    hot: np.ndarray
    described: np.ndarray
    statistics: np.ndarray

    @property
    def source_columns(self) -> np.ndarray:
        """Number of the original column that each encoded column belongs to.

        Returns:
            int (width,).
        """
        owners = self.columns.code_owners
        means = np.repeat(owners[self.described], self.statistics.shape[1])
        return np.concatenate([self.columns.number_owners, owners, np.repeat(owners, self.hot), means])

    def transform(self, inputs: Inputs) -> np.ndarray:
        """Encoded rows, NaN where a value is missing.

        Args:
            inputs: a DataFrame of n rows, or a mapping column name -> array (n,).

        Returns:
            float32 (n, width).
        """
        numbers, codes = self.columns.read(inputs)
        work_clock.charge("table_cell", len(numbers) * self.width)
        return self._joined(numbers, codes, self.statistics[_places(self.columns, codes)[:, self.described]])

    def _joined(self, numbers: np.ndarray, codes: np.ndarray, means: np.ndarray) -> np.ndarray:
        parts = [numbers, self.ranks[_places(self.columns, codes)]]
        for category in np.flatnonzero(self.hot):
            parts.append(codes[:, category, None] == np.arange(self.hot[category]))
        parts.append(means.reshape(len(codes), -1))
        return np.concatenate(parts, axis=1).astype(np.float32)

    def to_state(self) -> tuple[Facts, dict[str, np.ndarray]]:
        """Everything fitted, in plain form, for ``restore_tree_encoder``.

        Returns:
            JSON-able values, and arrays by name.
        """
        facts, arrays = self.columns.to_state()
        found = {f"trees.{name}": getattr(self, name) for name in ARRAYS}
        return {**facts, "categories": asdict(self.settings)}, arrays | found


def fit_tree_encoder(
    inputs: Inputs, answers: np.ndarray, settings: CategorySettings | None = None, seed: int = 0
) -> tuple[TreeEncoder, np.ndarray]:
    """An encoder fitted on training rows, and these rows encoded.

    The encoded training rows are not what ``transform`` gives for them: the statistics of a row are counted without
    its fold, so that no row's own answer is among its inputs.

    Args:
        inputs: a DataFrame of n training rows.
        answers: float (n, t), what statistics are means of: the target, or one column a class; of more than eight
            classes the most frequent are used.
        settings: None takes the usual ones.
        seed: of the text columns' decomposition and of the folds.

    Returns:
        (encoder, float32 (n, width)).
    """
    settings = settings or CategorySettings()
    columns = table_columns.fit_columns(inputs, seed)
    numbers, codes = columns.read(inputs)
    if answers.shape[1] > MOST_ANSWERS:
        answers = answers[:, np.sort(np.argsort(-answers.sum(axis=0), kind="stable")[:MOST_ANSWERS])]
    places, sizes = _places(columns, codes), _level_counts(columns)
    means = _smoothed_means(places, answers, int((sizes + 2).sum()))
    many = (sizes >= settings.statistics_from) & (settings.statistics_from > 0)
    hot = np.where((sizes > 2) & (sizes <= settings.one_hot_levels), sizes, 0)
    ranks = _ranks(columns, places, means, np.full(len(sizes), settings.ordered) & ~many)
    found = TreeEncoder(columns, settings, ranks, hot, np.flatnonzero(many), means)
    unseen = np.zeros((len(codes), int(many.sum()), answers.shape[1]))
    if many.any():
        fold = np.random.default_rng(seed).permutation(len(codes)) % FOLDS
        for held in range(FOLDS):
            rest = fold != held
            unseen[~rest] = _smoothed_means(places[rest], answers[rest], len(means))[places[~rest][:, many]]
    return found, found._joined(numbers, codes, unseen)


def restore_tree_encoder(facts: Facts, arrays: Mapping[str, np.ndarray]) -> TreeEncoder:
    """The ``TreeEncoder`` that ``TreeEncoder.to_state`` described.

    Args:
        facts: the JSON-able values. arrays: the arrays by name.

    Returns:
        An encoder that transforms as the original did.
    """
    columns = table_columns.restore_columns(facts, arrays)
    settings = CategorySettings(**facts["categories"])
    return TreeEncoder(columns, settings, **{name: arrays[f"trees.{name}"] for name in ARRAYS})


def _level_counts(columns: table_columns.TableColumns) -> np.ndarray:
    return np.array([len(columns.sources[owner].levels) for owner in columns.code_owners], dtype=np.int64)


def _places(columns: table_columns.TableColumns, codes: np.ndarray) -> np.ndarray:
    """Places (n, c) of codes among those of all categories one after the other."""
    sizes = _level_counts(columns)
    starts = np.cumsum(sizes + 2) - (sizes + 2)
    return np.where(codes == table_columns.MISSING, sizes + 1, codes) + starts


def _smoothed_means(places: np.ndarray, answers: np.ndarray, count: int) -> np.ndarray:
    """Mean answers (count, t) of the rows at each place, drawn towards the mean of all as by ten rows of it."""
    prior, categories = answers.mean(axis=0), places.shape[1]
    rows = np.bincount(places.ravel(), minlength=count)[:, None]
    sums = [np.bincount(places.ravel(), np.repeat(one, categories), count) for one in answers.T]
    return (np.stack(sums, axis=1) + PRIOR_ROWS * prior) / (rows + PRIOR_ROWS)


def _ranks(
    columns: table_columns.TableColumns, places: np.ndarray, means: np.ndarray, ordered: np.ndarray
) -> np.ndarray:
    """The code of every place: by mean answer where ``ordered``, else by frequency; unknown in the middle or last."""
    ranks, start = np.full(len(means), np.nan), 0
    rows = np.bincount(places.ravel(), minlength=len(means))
    for size, follows in zip(_level_counts(columns), ordered, strict=True):
        if follows and size:
            scores = _first_axis(means[start : start + size + 1], rows[start : start + size + 1])
            ranks[start : start + size][np.argsort(scores[:-1], kind="stable")] = np.arange(size)
            ranks[start + size] = (scores[:-1] < scores[-1]).sum() - 0.5
        else:
            ranks[start : start + size + 1] = np.arange(size + 1)
        start += size + 2
    return ranks


def _first_axis(means: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """One number a level (m,): its mean answer, or with several classes its place along their main direction."""
    if means.shape[1] == 1:
        return means[:, 0]
    centred = means - np.average(means, axis=0, weights=rows + 1e-9)
    _, axes = np.linalg.eigh((centred * rows[:, None]).T @ centred)
    axis = axes[:, -1]
    return centred @ (axis * np.sign(axis[np.argmax(np.abs(axis))]))
