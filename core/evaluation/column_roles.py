"""What a column is beside an input: a group, a time, a name from after the outcome; names propose, values decide."""

from __future__ import annotations

import numpy as np

from core.readers.name_meaning import (
    CLOCK_WORDS,
    JOINING_WORDS,
    name_words,
    names_clock,
    names_quantity,
    word_set,
)
from core.schema import Column

GROUP_NOUNS = word_set(
    "id uid user customer client patient subject person member account household family session visit device "
    "machine sensor vehicle store shop site hospital clinic school city region batch group cluster speaker "
    "author seller company employee participant station driver player team court farm plot cell donor animal "
    "litter county district branch merchant supplier vendor brand doctor physician teacher classroom owner "
    "pupil student respondent"
)
GROUP_ENDINGS = word_set("id ids uid no nr nbr num number code key name")
GROUP_VALUES = 5
# A year in which something was made or born is a property of the thing, not the time of the row.
PROPERTY_WORDS = word_set(
    "birth born dob built build hired hire hiring graduation grad model made founded expiry expiration "
    "expires due garage garageyr garageyrblt remod remodel renovated vintage completion join joined"
)
# The largest number that only says a place within a cycle.
CYCLES = {"month": 12, "week": 53, "day": 31, "quarter": 4, "hour": 24, "minute": 60, "weekday": 7, "dow": 7}
EPOCHS = ((1e8, 4.2e9), (1e11, 4.2e12), (1e14, 4.2e15), (1e17, 4.2e18))
YEARS = (1700, 2200)
FEWEST_TIMES = 6
RISING = 0.99

# Words that say by themselves that something is known afterwards, and words that do so only beside certain others.
LATE_WORDS = word_set(
    "cancelled canceled cancellation cancel terminated termination churned resolved resolution settled "
    "settlement refund refunded refunds chargeback chargebacks recovered recoveries writeoff discharged "
    "deceased outcome outcomes verdict rejected approved followup payout payouts exited attrited defaulted "
    "closed churn"
)
LATE_PAIRS: dict[str, frozenset[str]] = {
    "reason": word_set("churn exit leaving leave cancel cancellation closing termination denial rejection refund"),
    "date": word_set("churn exit end closed close closing termination cancel resolution discharge death paid"),
    "final": word_set("grade score result price status exam outcome amount cost state rank position mark"),
    "actual": word_set("arrival departure delivery cost price duration value time sales demand end"),
    "end": word_set("date day time year status reason"),
    "discharge": word_set("date code disposition status time type destination diagnosis"),
    "death": word_set("date time cause year day event"),
    "exit": word_set("date reason interview code status survey"),
    "after": word_set("treatment outcome event test surgery intervention default"),
    "post": word_set("treatment test outcome surgery op score event operative"),
    "follow": word_set("up"),
    "write": word_set("off"),
    "charge": word_set("off back"),
    "result": word_set("final test exam match game code status"),
    "decision": word_set("final date loan code reason status"),
    "closing": word_set("date reason time status"),
    "total": word_set("rec recovered"),
}
# Names of targets that say nothing: that another column holds such a word is no sign of a leak.
PLAIN_TARGETS = word_set(
    "class label target outcome result status type score value y output response group category kind name "
    "state level rank grade rating time date number count total"
)


def known_afterwards(name: str, target: str = "") -> bool:
    """Whether a name suggests that its value is known only after the outcome: churn_reason, date_closed, final_grade.

    Args:
        name: of a column. target: name of what is predicted; a column that carries all of its words is suspected too.
    """
    words = name_words(name)
    there = set(words)
    if there & LATE_WORDS:
        return True
    if any(word in there and there & beside for word, beside in LATE_PAIRS.items()):
        return True
    wanted = name_words(target)
    telling = [word for word in wanted if len(word) > 2 and not word.isdigit() and word not in PLAIN_TARGETS]
    return bool(telling) and _holds(words, wanted)


def _holds(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))


def groups_rows(column: Column, rows: int, values: np.ndarray | None = None) -> bool:
    """Whether rows seem to belong together by this column, as those of one customer or patient do.

    Its last noun must be one that rows can share (customer_id, store, but not store_type or years_at_company), and its
    values must repeat: at least five different ones, two rows each on average, and no fractions.

    Args:
        column: its description. rows: n. values: float (n,) where it holds numbers; None where it holds words.
    """
    if column.type not in ("numeric", "categorical", "id", "text") or not GROUP_VALUES <= column.distinct <= rows / 2:
        return False
    words = list(name_words(column.name))
    if words and words[-1].isdigit():
        words.pop()
    while len(words) > 1 and words[-1] in GROUP_ENDINGS and words[-2] in GROUP_NOUNS:
        words.pop()
    if not words or words[-1] not in GROUP_NOUNS or names_quantity(" ".join(words)) or JOINING_WORDS & set(words[:-1]):
        return False
    if values is None:
        return True
    known = values[np.isfinite(values)]
    return bool(len(known)) and bool((known == np.round(known)).all())


def dates_rows(column: Column, values: np.ndarray | None = None) -> bool:
    """Whether a column seems to say when each row was recorded, so that rows may be put in that order.

    A column of dates does, unless it is a birthday or another property of the thing. A column of numbers does when its
    name is a clock's (not hours_per_week) and its values are years, dates such as 20200131, seconds since 1970, or a
    count of steps that rises through the table and is no mere place in a cycle (hour 0 to 23).

    Args:
        column: its description. values: float (n,) in the order of the table; None where it holds no numbers.
    """
    words = set(name_words(column.name))
    if column.distinct < FEWEST_TIMES or words & PROPERTY_WORDS:
        return False
    if column.type == "date":
        return True
    if column.type not in ("numeric", "id") or values is None or not names_clock(column.name):
        return False
    known = values[np.isfinite(values)]
    if not len(known):
        return False
    return _are_years(known, words) or _are_stamps(known) or _are_steps(known, words)


def _are_years(known: np.ndarray, words: set[str]) -> bool:
    whole = bool((known == np.round(known)).all())
    return whole and bool(words & {"year", "yr", "jahr", "annee", "année"}) and _within(known, *YEARS)


def _are_stamps(known: np.ndarray) -> bool:
    """Dates written as 20200131 or 202001, or seconds (or parts of one) since 1970."""
    if (known == np.round(known)).all():
        day = _within(known, 1.8e7, 2.2e7) and _within(known % 100, 1, 31) and _within(known // 100 % 100, 1, 12)
        month = _within(known, 1.8e5, 2.2e5) and _within(known % 100, 1, 12)
        if day or month:
            return True
    return any(_within(known, low, high) for low, high in EPOCHS)


def _are_steps(known: np.ndarray, words: set[str]) -> bool:
    most = max((CYCLES[word] for word in words & CLOCK_WORDS if word in CYCLES), default=0)
    return bool(known.max() > most) and bool((np.diff(known) >= 0).mean() >= RISING)


def _within(values: np.ndarray, low: float, high: float) -> bool:
    return bool(values.min() >= low and values.max() <= high)
