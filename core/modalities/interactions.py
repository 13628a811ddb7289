"""Who took or rated what: a table of users and items, ranked for every user from what was there before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core import limits
from core.features import interaction_data
from core.perturbation import corruptions
from core.schema import Dataset, JsonObject, LoadError, Modality, Sample
from core.storage.bundled_files import sample_path
from core.wording import count_of, printable, quote_names

if TYPE_CHECKING:
    import pandas as pd

USERS = ("user", "userid", "customer", "customerid", "member", "memberid", "student", "reader", "visitor", "account")
ITEMS = (
    "item", "itemid", "product", "productid", "movie", "movieid", "film", "book", "bookid", "isbn", "song", "track",
    "artist", "article", "lecturer", "course", "game", "recipe",
)  # fmt: skip
VALUES = ("rating", "ratings", "score", "stars", "value", "plays", "count", "weight", "grade")
TIMES = ("time", "timestamp", "date", "datetime", "when", "ratedat", "created", "createdat")


def read(path: Path, name: str) -> Dataset:
    """Reads ratings: a column of users, one of items, and where there are any a rating and a time.

    Returns:
        A Dataset of one row a user with a past and a held-back future; see ``ratings.interactions``.

    Raises:
        LoadError: no such columns, one user, items that nobody shares, or too few users with enough ratings.
    """
    from core.readers.tables.read_table import read_table

    return from_table(read_table(path, name), name)


def from_table(table: Dataset, name: str, target: str | None = None) -> Dataset:
    """Ratings out of a table. target: not asked for; which columns play what follows from their names.

    Raises:
        LoadError: as ``read``.
    """
    user, item, value, time, warnings = _columns(table)
    frame = table.inputs
    known = np.array([not (_blank(who) or _blank(what)) for who, what in zip(frame[user], frame[item], strict=True)])
    gains = None if value is None else np.asarray(frame[value], dtype=float)
    if gains is not None:
        known &= np.isfinite(gains)
    order = None if time is None else _moments(frame[time])
    if order is not None and not np.isfinite(order[known]).all():
        warnings.append(f"{quote_names([time])} is not a time in every row, so a drawn part is held back instead.")
        order = None
    rows = _last(frame, (user, item), np.flatnonzero(known), order)
    for count, why in ((int((~known).sum()), "something is missing"), (int(known.sum()) - len(rows), "repeated later")):
        if count:
            warnings.append(f"{count_of(count, 'row')} left out: {why}.")
    people, things = (
        np.array([_word(value) for value in frame[column]], dtype=object)[rows] for column in (user, item)
    )
    kept, more = _within(people, things)
    people, things, rows = people[kept], things[kept], rows[kept]
    _shared(people, things, name)
    extra: JsonObject = {"source": name} if order is None else {"source": name, "order": order[rows]}
    made = interaction_data.interaction_dataset(people, things, None if gains is None else gains[rows], name, **extra)
    return replace(made, warnings=(*table.warnings, *warnings, *more))


def _columns(table: Dataset) -> tuple[str, str, str | None, str | None, list[str]]:
    """The columns of users, items, ratings and times, and what had to be guessed."""
    names = {"".join(letter for letter in one.name.lower() if letter.isalnum()): one.name for one in table.columns}
    user, item, value, time = (
        next((names[word] for word in words if word in names), None) for words in (USERS, ITEMS, VALUES, TIMES)
    )
    left = [one for one in table.columns if one.name not in (user, item, value, time)]
    warnings = []
    for role in ("user", "item"):
        if (user if role == "user" else item) is not None:
            continue
        guess = next((one for one in left if one.type not in ("constant", "empty", "date")), None)
        if guess is None:
            raise LoadError(
                f"No column can hold the {role}s.", f"columns {quote_names(one.name for one in table.columns)}",
                "Upload a table with the columns user, item and, if you have them, rating and time.",
            )  # fmt: skip
        warnings.append(f"{quote_names([guess.name])} is taken for the {role}s; name it “{role}” if it is.")
        left.remove(guess)
        user, item = (guess.name, item) if role == "user" else (user, guess.name)
    if value is not None and np.asarray(table.inputs[value]).dtype.kind not in "fiub":
        warnings.append(
            f"{quote_names([value])} is not a number in every row and not used; taking an item counts alike."
        )
        value = None
    if value is None:
        warnings.append("Without a rating every item taken counts alike.")
    if unused := [one.name for one in table.columns if one.name not in (user, item, value, time)]:
        warnings.append(f"Not used: {quote_names(unused)}.")
    return str(user), str(item), value, time, warnings


def _blank(value: object) -> bool:
    return value is None or value != value or not str(value).strip()


def _word(value: object) -> str:
    return str(int(value)) if isinstance(value, float | np.floating) and float(value).is_integer() else str(value)


def _moments(column: pd.Series) -> np.ndarray:
    """(m,) a time as a number, later is larger; nan where it is none."""
    if column.dtype.kind == "M":
        return np.where(column.isna(), np.nan, column.to_numpy().astype("int64").astype(float))
    return np.asarray(column, dtype=float) if column.dtype.kind in "fiub" else np.full(len(column), np.nan)


def _last(frame: pd.DataFrame, pair: tuple[str, str], rows: np.ndarray, order: np.ndarray | None) -> np.ndarray:
    """The rows without earlier ones of the same user and item, in their own order."""
    turn = rows if order is None else rows[np.argsort(order[rows], kind="stable")]
    gone = frame[list(pair)].astype(str).iloc[turn].duplicated(keep="last").to_numpy()
    return np.sort(turn[~gone])


def _within(people: np.ndarray, things: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Which ratings stay when only the most taken items and as many users as are ranked at once are kept."""
    warnings, kept = [], np.ones(len(people), dtype=bool)
    for values, most, word in ((things, limits.RATED_ITEMS, "items"), (people, limits.RATING_USERS, "users")):
        names, codes, counts = np.unique(values.astype(str), return_inverse=True, return_counts=True)
        if len(names) > most:
            best = np.argsort(-counts, kind="stable")[:most]
            kept &= np.isin(codes, best)
            warnings.append(f"{len(names):,} {word}; the {most:,} with the most ratings are used, the limit.")
    return np.flatnonzero(kept), warnings


def _shared(people: np.ndarray, things: np.ndarray, name: str) -> None:
    """Nothing can be learned from others where no two users met the same item."""
    if len(np.unique(people.astype(str))) < 2:
        return
    _, codes = np.unique(things.astype(str), return_inverse=True)
    if len(codes) and np.bincount(codes).max() < 2:
        raise LoadError(
            "No item was taken by two users, so one user's items tell nothing about another's.", printable(name),
            "Check which column holds the items.",
        )  # fmt: skip


def _lectures() -> Dataset:
    import pandas as pd

    frame = pd.read_parquet(sample_path("copyleft/lecture_ratings.parquet"))
    return interaction_data.interaction_dataset(
        frame["student"].to_numpy(), frame["lecturer"].to_numpy(), frame["rating"].to_numpy(), "Lecture ratings",
        order=-frame["lecture_age"].to_numpy(), features={"department": frame["department"].to_numpy()}, least=8,
        source="ETH Zurich lecture evaluations (InstEval of lme4, GPL)",
    )  # fmt: skip


MODALITY = Modality(
    key="interactions",
    title="Ratings to recommend from",
    suffixes=(".csv", ".tsv", ".parquet", ".xlsx"),
    display="users",
    about="A table with one row a rating: user, item and, if there are any, rating and time. At least "
    f"{interaction_data.LEAST_USERS} users with {interaction_data.LEAST_RATINGS} items each. "
    "Every user's newest items are held back and ranked against all others. Choose “Read this as” after the upload.",
    read=read,
    from_table=from_table,
    samples=(
        Sample(
            "lecture_ratings", "Lecturers to recommend", "Students of ETH Zurich and the lecturers they rated.",
            _lectures, None, None, "GPL-2.0-or-later",
        ),
    ),
    players="none: a list of ten is no single decision",
    quick_rows=2_000,
    corrupt=corruptions.TABLE,
)  # fmt: skip
