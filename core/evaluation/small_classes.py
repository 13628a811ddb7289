"""Classes with too few rows for a verdict: joined into one class, left out or kept, and told with counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from core import limits
from core.schema import Dataset, Finding, LoadError, SmallClasses
from core.wording import count_of, quote_names

OTHER = "other"
FACT = "small_classes"
LEAST = limits.MIN_CLASS_ROWS_VERDICT
# Where most rows lie in small classes, a contest without them would answer another question than the one asked.
MOST_ROWS = 0.5


def join_small_classes(dataset: Dataset, how: SmallClasses = "other") -> Dataset:
    """The data with classes of fewer than 20 rows joined into one, or left out; itself where that cannot be done.

    Nothing is changed with two classes, when fewer than two classes would be left, or when most rows lie in small
    classes. Small classes that hold fewer than 20 rows together, and a single small one, are left out.

    Args:
        dataset: n prepared rows with class codes as target, already cut to those that a contest uses.
        how: "other" joins them into one class, "drop" leaves their rows out, "keep" changes nothing.

    Returns:
        The rows that stay, with new codes and labels; ``facts["small_classes"]`` counts the original small classes.
    """
    target = dataset.target
    if how == "keep" or target is None or len(dataset.labels) <= 2:
        return dataset
    counts = np.bincount(np.asarray(target, dtype=np.int64), minlength=len(dataset.labels))
    small, large = np.flatnonzero((counts < LEAST) & (counts > 0)), np.flatnonzero(counts >= LEAST)
    rows = int(counts[small].sum())
    joined = how == "other" and rows >= LEAST and len(small) > 1
    if not len(small) or len(large) + joined < 2 or rows > MOST_ROWS * len(target):
        return dataset
    into = free_name(dataset.labels) if joined else None
    code = np.full(len(dataset.labels), -1, dtype=np.int64)
    code[large] = np.arange(len(large))
    code[small] = len(large) if joined else -1
    held = {dataset.labels[k]: int(counts[k]) for k in small}
    labels = tuple(dataset.labels[k] for k in large) + ((into,) if into else ())
    kept = _recoded(dataset, code, labels)
    return replace(kept, facts={**dataset.facts, FACT: {"into": into, "classes": held, "rows": rows}})


def drop_rare_classes(dataset: Dataset) -> Dataset:
    """The data without classes that have too few rows to be in train, valid and test; a warning names them.

    Args:
        dataset: prepared, with class codes as target.

    Raises:
        LoadError: fewer than two classes are left.
    """
    target = dataset.target
    if target is None:
        return dataset
    counts = np.bincount(target, minlength=len(dataset.labels))
    rare = np.flatnonzero(counts < limits.MIN_CLASS_ROWS)
    if not len(rare):
        return dataset
    kept = np.flatnonzero(counts >= limits.MIN_CLASS_ROWS)
    if len(kept) < 2:
        raise LoadError(
            f"Fewer than two classes have {limits.MIN_CLASS_ROWS} rows or more: there is nothing to learn from.",
            dataset.name,
            "Add rows for each class.",
        )
    names = ", ".join(repr(dataset.labels[k]) for k in rare[:5]) + (", ..." if len(rare) > 5 else "")
    lost = int(counts[rare].sum())
    code = np.full(len(dataset.labels), -1, dtype=np.int64)
    code[kept] = np.arange(len(kept))
    warning = f"{lost} rows of {len(rare)} classes with fewer than {limits.MIN_CLASS_ROWS} rows were left out: {names}."
    cut = _recoded(dataset, code, tuple(dataset.labels[k] for k in kept))
    return replace(cut, warnings=(*dataset.warnings, warning))


def _recoded(dataset: Dataset, code: np.ndarray, labels: tuple[str, ...]) -> Dataset:
    """The rows whose class has a new code of 0 or more, with that code as target; -1 leaves a class out."""
    new = code[np.asarray(dataset.target, dtype=np.int64)]
    kept = dataset.take(np.flatnonzero(new >= 0))
    return replace(kept, target=new[new >= 0], labels=labels)


def free_name(labels: tuple[str, ...]) -> str:
    """ "other", or with a number behind it where a class is called so already, in whatever case.

    Args:
        labels: names of the classes.
    """
    taken = {label.strip().casefold() for label in labels}
    names = (OTHER, *(f"{OTHER} {number}" for number in range(2, len(labels) + 3)))
    return next(name for name in names if name not in taken)


def describe_small_classes(facts: Mapping[str, object]) -> str:
    """One sentence on what was joined or left out, "" where nothing was.

    Args:
        facts: of a data set after ``join_small_classes``.
    """
    told = facts.get(FACT)
    if not isinstance(told, Mapping):
        return ""
    names, rows = dict(told["classes"]), int(told["rows"])
    held = f"{count_of(rows, 'row')} together"
    what = f"{count_of(len(names), 'class', 'classes')} with fewer than {LEAST} rows among those used ({held}"
    done = f"joined into the class “{told['into']}”" if told["into"] else "left out"
    were = "was" if len(names) == 1 else "were"
    return f"{what}: {quote_names(sorted(names, key=lambda name: (-names[name], name)))}) {were} {done}."


def small_class_findings(dataset: Dataset) -> list[Finding]:
    """A finding that counts the classes joined or left out, if there were any.

    Args:
        dataset: after ``join_small_classes``.
    """
    what = describe_small_classes(dataset.facts)
    if not what:
        return []
    how = (
        "The verdict speaks of the classes that are left. Gather more rows of the small ones, or keep them as they are."
    )
    return [Finding("small_classes", "warning", what, (), how)]
