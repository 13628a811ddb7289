"""Which column is most likely meant as the target: names, position and type, then what the other columns predict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.readers.name_meaning import CLOCK_WORDS, name_words, names_row, word_set
from core.schema import Column

if TYPE_CHECKING:
    import pandas as pd

# Words of names, from those that are hardly ever an input to those that are a target when nothing better is there.
TARGET_WORDS = {
    8.0: word_set("target label outcome churn churned attrition survived survival deny denied fraud class y"),
    6.0: word_set(
        "response default defaulted diagnosis species bought purchased purchase converted dead died spam sentiment "
        "readmitted approved risk vote medv price saleprice wage wages salary mpg sales quality result progression "
        "damage arrest recidivism exited attrited clicked click delinquent fail failure failed won winner subscribed "
        "deposit disease malignant benign cnt claims demand"
    ),
    4.0: word_set(
        "income status direction rating score grade charges cost costs count amount value balance yield severity "
        "revenue profit consumption rent bmi emissions earnings rentals tip event low strength"
    ),
    2.0: word_set("type category"),
}
UNIT_WORDS = word_set("eur usd gbp dollars dollar euro euros m2 sqm sqft kg km pct percent k next month year")
# Facts about a person, a place or a time that are asked for to predict something else.
INPUT_WORDS = word_set(
    "age sex gender race ethnicity ethnic name id city state region country county district zip postcode latitude "
    "longitude lat lon lng education educ married marital relationship nationality native workclass occupation job "
    "job_title language height width length color colour model make brand manufacturer weather season smoker smoke "
    "insurance experience exper department urban address phone email title description text comment notes"
)
EARLIER_WORDS = word_set("prev previous last prior lag before initial start starting former past min max log")
LAST, FIRST = 3.0, 1.5
BINARY, FEW_CLASSES, MANY_CLASSES, WORDS_BONUS = 1.5, 0.8, -1.5, 0.5
WHOLE_NAME = 1.0
INPUT_COST, EARLIER_COST, CLOCK_COST, COORDINATE_COST = 3.0, 1.5, 4.0, 8.0
MISSING_COST, OTHER_NOUN_COST = 20.0, 3.0
PROBED, PROBE_ROWS, PROBE_COLUMNS, PROBE_LEVELS = 4, 1_500, 60, 8
PREDICTED, TOO_WELL = 1.5, 0.999


class TableNames(NamedTuple):
    """The first and the last column that is no id, constant or number of a row, and all names without case."""

    first: str | None
    last: str | None
    folded: frozenset[str]


def choose_target(usable: Sequence[Column], columns: Sequence[Column], frame: pd.DataFrame | None) -> Column | None:
    """The most likely target among the columns that can be one; None of none.

    Args:
        usable: those that can be predicted, in the order of the table. columns: all of them.
        frame: their values, for the quick probe of the best few; None leaves it out.
    """
    if not usable:
        return None
    rows = len(frame) if frame is not None else max(column.missing + column.distinct for column in columns)
    names = column_names(columns)
    scores = {column.name: name_score(column, names, rows) for column in usable}
    ranked = sorted(usable, key=lambda column: -scores[column.name])
    best = ranked[:PROBED]
    if frame is None or len(best) < 2 or scores[best[0].name] - scores[best[1].name] > PREDICTED:
        return best[0]
    predicted = predictability(frame, [column.name for column in best])
    return max(best, key=lambda column: scores[column.name] + PREDICTED * predicted[column.name])


def column_names(columns: Sequence[Column]) -> TableNames:
    """The names of a table as ``name_score`` asks for them, gathered once for all of its columns.

    Args:
        columns: all of the table.
    """
    real = [one.name for one in columns if one.type not in ("constant", "empty", "id") and not names_row(one.name)]
    ends = (real[0], real[-1]) if real else (None, None)
    return TableNames(ends[0], ends[1], frozenset(one.name.casefold() for one in columns))


def name_score(column: Column, names: TableNames, rows: int) -> float:
    """How much a column looks like a target by its name, position and type, before its values are asked.

    Args:
        column: one that can be predicted. names: of the table, as ``column_names`` gathers them. rows: of the table.
    """
    words = _without_units(name_words(column.name))
    told = max((score for score, known in TARGET_WORDS.items() if known & set(words)), default=0.0)
    score = told + (WHOLE_NAME if told and len(words) == 1 else 0.0)
    # The noun of a name stands last: of "price range" and "sale price" only the second is a price.
    if told and words[-1] not in TARGET_WORDS[told]:
        score -= OTHER_NOUN_COST
    last = column.name == names.last
    score += LAST if last else FIRST if column.name == names.first else 0.0
    score -= INPUT_COST * (0.5 if last else 1.0) if INPUT_WORDS & set(words) else 0.0
    score -= EARLIER_COST if EARLIER_WORDS & set(words) else 0.0
    score -= CLOCK_COST if CLOCK_WORDS & set(words) or names_row(column.name) else 0.0
    score -= COORDINATE_COST if words == ("y",) and {"x"} < names.folded else 0.0
    score -= MISSING_COST * max(0.0, column.missing / max(rows, 1) - 0.2)
    return score + _type_score(column, rows)


def _without_units(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words up to "per" and without units behind them: price_per_room is a price, value_eur a value."""
    kept = list(words[: words.index("per")] if "per" in words[1:] else words)
    while len(kept) > 1 and kept[-1] in UNIT_WORDS:
        kept.pop()
    return tuple(kept)


def _type_score(column: Column, rows: int) -> float:
    if column.type in ("boolean", "categorical"):
        words = WORDS_BONUS if column.type == "categorical" else 0.0
        share = BINARY if column.distinct == 2 else FEW_CLASSES if column.distinct <= 10 else MANY_CLASSES
        return share + words
    if column.distinct == 2:
        return BINARY
    return FEW_CLASSES if column.distinct > min(20, rows / 10) else 0.0


def predictability(frame: pd.DataFrame, names: Sequence[str]) -> dict[str, float]:
    """How well the other columns predict each of these: R2 of ridge regression on rows not fitted, from 0 to 1.

    A column that others give away without error (a copy, a part of a sum) counts as not predicted.

    Args:
        frame: the table; at most 1,500 rows and 60 columns are used. names: of its columns.

    Reference:
        Hoerl & Kennard 1970 (ridge regression).
    """
    rows = np.sort(np.random.default_rng(0).permutation(len(frame))[:PROBE_ROWS])
    part = frame.iloc[rows]
    places = {str(name): place for place, name in reversed(list(enumerate(part.columns)))}
    used = list(dict.fromkeys([*(places[name] for name in names if name in places), *range(part.shape[1])]))[
        :PROBE_COLUMNS
    ]
    coded = {place: _coded(part.iloc[:, place]) for place in used}
    found = {}
    for name in names:
        if (own := places.get(name)) is None:
            found[name] = 0.0
            continue
        blocks = [block for place, block in coded.items() if place != own and block.shape[1]]
        found[name] = _ridge_r2(np.concatenate(blocks, axis=1), coded[own]) if blocks and coded[own].shape[1] else 0.0
    return found


def _coded(column: pd.Series) -> np.ndarray:
    """Standardised numbers, or one 0/1 column for each of the most frequent words (n, k); gaps at the mean."""
    if column.dtype.kind in "fiub":
        values = column.to_numpy(dtype=float, na_value=np.nan)[:, None]
    elif str(column.dtype) == "category":
        codes = column.cat.codes.to_numpy()
        counts = np.bincount(codes[codes >= 0], minlength=1)
        values = (codes[:, None] == np.argsort(-counts)[:PROBE_LEVELS]).astype(float)
    else:
        return np.zeros((len(column), 0))
    known = np.isfinite(values)
    held = known.sum(axis=0)
    middle = np.where(known, values, 0.0).sum(axis=0) / np.maximum(held, 1)
    centred = np.where(known, values - middle, 0.0)
    spread = np.sqrt((centred**2).sum(axis=0) / np.maximum(held, 1))
    return centred[:, spread > 0] / spread[spread > 0]


def _ridge_r2(inputs: np.ndarray, outputs: np.ndarray) -> float:
    x, y, asked, answer = inputs[::2], outputs[::2], inputs[1::2], outputs[1::2]
    weights = np.linalg.solve(x.T @ x + 0.02 * len(x) * np.eye(x.shape[1]), x.T @ y)
    r2 = 1.0 - ((answer - asked @ weights) ** 2).sum() / max((answer**2).sum(), 1e-12)
    return float(r2) if 0.0 < r2 < TOO_WELL else 0.0
