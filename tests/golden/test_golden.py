"""Small contests of every kind of data give what their golden files say; so do the words of two pages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.golden.compare import HERE, current_machine, differences, near_differences, run_module
from tests.golden.play import CASES, FAST

ADDED_FREELY = ("contract",)


def stored(case: str) -> Any:
    return json.loads((HERE / f"{case}.json").read_text(encoding="utf-8"))


# A table with its explanations takes a minute of a quiet core, and several on a crowded one.
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize(
    "case", [case if case in FAST else pytest.param(case, marks=pytest.mark.slow) for case in CASES]
)
def test_a_small_contest_is_what_it_was(case: str) -> None:
    file, found = stored(case), run_module("play", case)
    gone = set(file["contract"]) - set(found["contract"])
    assert not gone, f"the JSON contract lost {sorted(gone)}"
    if file["machine"] != current_machine() or file["versions"] != found["versions"]:
        assert not list(near_differences(file, found))
        return
    for one in (file, found):
        one.pop("machine", None)
        for key in ADDED_FREELY:
            one.pop(key)
    assert not list(differences(file, found))


def test_two_pages_say_what_they_said() -> None:
    assert not list(differences(stored("page_text"), run_module("page_text")))


def test_a_difference_in_the_last_digit_is_seen() -> None:
    assert list(differences({"a": [1.0, 2.0]}, {"a": [1.0, 2.0000000000000004]})) == [
        "/a/1: 2.0 in the file, 2.0000000000000004 now"
    ]
    assert not list(differences({"a": float("nan")}, {"a": float("nan")}))
