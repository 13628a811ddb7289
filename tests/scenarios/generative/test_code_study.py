"""Code by a language model: canned answers are judged as they must be, and what reaches out is never run."""

from __future__ import annotations

import pytest

from core.language_models import smollm_package
from core.scenarios.generative import code_child, code_study
from core.scenarios.generative.code_tasks import TASKS

SOLUTIONS = {
    "larger": "return a if a > b else b",
    "is_even": "return n % 2 == 0",
    "add_all": "return sum(numbers)",
    "backwards": "return text[::-1]",
    "count_vowels": "return sum(letter in 'aeiou' for letter in text)",
    "factorial": "return 1 if n < 2 else n * factorial(n - 1)",
    "is_palindrome": "return text == text[::-1]",
    "squares": "return [n * n for n in numbers]",
    "smallest": "return min(numbers)",
    "mean": "return sum(numbers) / len(numbers)",
    "words": "return len(text.split())",
    "fibonacci": "return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)",
    "is_prime": "return n > 1 and all(n % k for k in range(2, n))",
    "without_doubles": "return list(dict.fromkeys(items))",
    "to_fahrenheit": "return celsius * 9 / 5 + 32",
    "digit_sum": "return sum(map(int, str(n)))",
    "flatten": "return [item for row in rows for item in row]",
    "letters": "return {letter: text.count(letter) for letter in text}",
    "divisor": "return a if b == 0 else divisor(b, a % b)",
    "second_largest": "return sorted(numbers)[-2]",
}
BY_NAME = {task.name: task for task in TASKS}


def written(name: str, body: str) -> str:
    return f"def {name}({BY_NAME[name].parameters}):\n    {body}\n"


def tried(name: str, code: str) -> tuple[bool, str]:
    """The judge without its process."""
    cases = [[list(arguments), expected] for arguments, expected in BY_NAME[name].cases]
    told = code_child.run_task({"code": code, "name": name, "cases": cases})
    return told["passed"], told["why"]


@pytest.fixture(autouse=True)
def no_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits are for the child: in this process they would hold for every later test."""
    import contextlib

    monkeypatch.setattr(code_child, "limited", contextlib.nullcontext)


def test_there_are_twenty_tasks_of_different_names_and_all_can_be_solved() -> None:
    assert len(TASKS) == len(BY_NAME) == 20 and set(SOLUTIONS) == set(BY_NAME)
    for name, body in SOLUTIONS.items():
        assert tried(name, written(name, body)) == (True, ""), name


def test_no_constant_answer_solves_any_task() -> None:
    for name in BY_NAME:
        for body in ("return None", "return 0", "return True", "return []", "return 1", "return ''"):
            assert not tried(name, written(name, body))[0], (name, body)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import os\ndef larger(a, b):\n    return max(a, b)", "imports something"),
        ("def larger(a, b):\n    return ().__class__", "uses .__class__"),
        ("def larger(a, b):\n    return (x for x in [1]).gi_frame", "uses .gi_frame"),
        ("def larger(a, b):\n    return '{0.real}'.format(a)", "uses .format"),
        ("def larger(a, b):\n    return __builtins__", "uses __builtins__"),
        ("def larger(a, b):\n    match a:\n        case int(__class__=c):\n            return c", "matches classes"),
        ("def larger(a, b):\n    return open('/etc/passwd').read()", "NameError"),
        ("def larger(a, b):\n    return eval('1')", "NameError"),
        ("def larger(a, b)\n    return a", "no valid Python"),
        ("def other(a, b):\n    return a", "no function of that name"),
        ("def larger(a, b):\n    return min(a, b)", "a wrong value"),
        ("def larger(a, b):\n    return larger(a, b)", "calls itself without end"),
    ],
)
def test_what_fails_says_why(code: str, why: str) -> None:
    assert tried("larger", code) == (False, why)


def test_a_truth_value_is_no_number_and_a_mean_may_be_rounded() -> None:
    assert not tried("is_even", written("is_even", "return int(n % 2 == 0)"))[0]
    assert code_child.close(0.1 + 0.2, 0.3) and not code_child.close("3", 3) and not code_child.close((1,), [1])


@pytest.mark.parametrize(
    "answer",
    [
        "Here it is:\n```python\ndef f(a):\n    return a\n```\nIt returns a.",
        "```\ndef f(a):\n    return a\n",
        "Sure.\ndef f(a):\n    return a\n\nThis function returns a.",
    ],
)
def test_code_is_found_among_words(answer: str) -> None:
    assert code_study.extract_code(answer).strip() == "def f(a):\n    return a"


def test_pass_at_one_is_counted_with_an_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_study.sandbox, "run_reader", lambda order, child: code_child.run_task(order))
    right = {BY_NAME[name].prompt: written(name, body) for name, body in list(SOLUTIONS.items())[:15]}
    (section,) = code_study.code_sections(lambda news: None, lambda asked: right.get(asked, "I cannot."))
    assert "pass@1 0.75" in section["about"] and "0.57 to 0.87" in section["about"]
    assert [row[2] for row in section["rows"]].count("failed") == 5


def test_without_weights_it_says_how_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smollm_package, "weights_path", lambda: None)
    (section,) = code_study.code_sections(lambda news: None)
    assert section["kind"] == "text" and smollm_package.COMMAND in section["rows"][0]["text"]


@pytest.mark.slow
def test_the_child_process_judges_and_ends_what_never_ends() -> None:
    task = BY_NAME["larger"]
    assert code_study.judge_answer(task, written("larger", SOLUTIONS["larger"])) == (True, "")
    assert code_study.judge_answer(task, "def larger(a, b):\n    while True:\n        pass") == (
        False,
        code_study.STOPPED,
    )
