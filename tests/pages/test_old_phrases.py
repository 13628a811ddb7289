"""Phrases that readers stumbled over, and that may not come back on pages, in reports, on the command line or in the
README."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# What a page or report quotes from the document as its words is no phrase of ours.
OLD = (
    "Customers who leave", "Kind of answer", "One of two answers", "differences under 1 point count as equal",
    "Worth knowing", "Change the rules", "recognised as tables.", "goes nowhere else", "you can take them back",
    "Spellings of one value were merged", "Who is ahead so far", "provisional until the last fold", "Gap so far",
    "so that the clock is honest", "Rules fixed before the first fit", "Too close to call", "holds out for the",
    "stands for the classical side", "stands for the deep side", "It speaks of the two approaches",
    "everybody trained from scratch", "rows would settle the question", "A first look, no verdict",
    "about these two trained models only. ", "Bring the models back", "Send them home", "models are here",
    "after the last question", "They could not sit down", "could not sit down", "Contest this decision",
    "Columns that must stay", "It would turn with", "turned: it said", "odder than", "by this change",
    "It rings when", "Plant a bump", "usual spreads of the channel", "asks besides", "Turned pictures",
    "Moved pictures", "How accurate", "How quickly they got there", "What we noticed about your data",
    "would be a lie", "tests then lie after", "Learned numbers", "promised 95th percentile",
    "A thousand answers at once", "joins those that nothing beats", "the price of an answer fell",
    "Why they answer so", "whether to believe it", "What to take, given", "a toss-up", "A tenfold lower cost is worth",
    "points more skill\"", "best in draws", "Advice needs no significance", "What does the gap live on",
    "Does anybody see the answers", "unlike those it learned from", "Does it know when it does not know",
    "fits into a tree one can read", "Who is fitted in one step", "Take it with you", "differ 4.4 times",
    "Same order of importance", "Same top three", "Same direction", "Same story one by one",
    "the usual unfair pair", "Believe the shares", "Taking away the columns", "● adds up",
    "No contestant of this run explains itself", "Red speaks for", "Working out its reasons",
    "held to the numbers", "Networks want accelerators", "grown up and steady", "run the measurement ",
    "Eight uses", "whether the name holds", "Odd readings of sensors", "the only workable road",
    "keeps latency and throughput in hand", "Take your history along", "cries wolf",
    "Plays control on control", "Explained by none", "One weight a number", "labels a class", "seconds an explanation",
    "ms an answer", "tokens a second", "joules a token",
    "points more skill", "of draws.", "named winners", "speaks for the explained", "Up to 5 folds", "It says: ",
    ", the deep ones on ", "point count as equal",
    "fits a side", "fit a side", "score a fold", "USD a fit", "counts as equal", "not surely more", "Stop and look",
    "nobody can be named", "nobody found", "nobody wins",
    "identify rows were left out", "is number 1 in line", "fitted once more on the first fold",
    "with 1 fit a side", "different values ·", "completeness error: ", "dashed line joins", "contest(s)", "data set(s)",
    "Who wins, and how sure", "What the models looked at",
)  # fmt: skip


def told_by_python(source: str) -> list[str]:
    """The texts of a module that reach a reader: string constants, without docstrings."""
    tree = ast.parse(source)
    silent = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent
    ]


def old_phrases(texts: list[str]) -> list[str]:
    """The old phrases in some texts, blanks and marks of emphasis apart."""
    plain = [re.sub(r"\s+", " ", text.replace("*", "").replace("`", "")).lower() for text in texts]
    return [phrase for phrase in OLD if any(phrase.lower() in text for text in plain)]


PAPERS = (
    "README.md", "core/README.md", "core/ADDING.md", "core/evaluation/README.md", ".deploy/README.md", "data/README.md",
    "core/report/page.html.jinja", "data/document.toml",
)  # fmt: skip
FILES = [*sorted((ROOT / "pages").rglob("*.py")), *sorted((ROOT / "core").rglob("*.py"))]


@pytest.mark.parametrize("folder", ["pages", "core"])
def test_no_old_phrase_stands_in_what_the_code_says(folder: str) -> None:
    found = {}
    for path in FILES:
        if path.relative_to(ROOT).parts[0] == folder:
            phrases = old_phrases(told_by_python(path.read_text(encoding="utf-8")))
            found |= {str(path.relative_to(ROOT)): phrases} if phrases else {}
    assert found == {}


@pytest.mark.parametrize("name", PAPERS)
def test_no_old_phrase_stands_in_a_paper(name: str) -> None:
    assert old_phrases([(ROOT / name).read_text(encoding="utf-8")]) == []


def test_the_test_can_fail() -> None:
    assert old_phrases(told_by_python('"""Worth knowing"""\nsay("Worth  knowing")')) == ["Worth knowing"]
    assert old_phrases(told_by_python('"""Worth knowing"""')) == []
