"""Code by the offline language model: twenty functions, one attempt each, judged by unit tests of ours.

Reference: Chen et al. 2021 (pass@k; here one attempt, the likeliest text).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from core.evaluation import uncertainty
from core.ingest import sandbox
from core.judging import use_case_rules
from core.language_models import smollm_package
from core.scenarios.generative.code_tasks import TASKS, CodeTask
from core.schema import JsonObject, LoadError, Progress, ProgressCallback

TITLE = "Code that passes its tests"
MOST_TOKENS = 160
CHILD = "core.scenarios.generative.code_child"
STOPPED = "took too long or too much memory"
# Asked with one message, answers with one text.
Write = Callable[[str], str]


def code_sections(on_progress: ProgressCallback, write: Write | None = None) -> list[JsonObject]:
    """How many of the tasks the language model solves at the first attempt, with an interval.

    Args:
        on_progress: told before each task; it may raise to stop. write: who answers; None: the language model.

    Returns:
        One section of a study; where the model is not installed, it says so and how to install it.
    """
    if write is None:
        reason = smollm_package.unavailable_reason()
        if reason is not None:
            rows = [{"title": smollm_package.TITLE, "family": "deep", "text": reason}]
            return [use_case_rules.study_section(TITLE, "text", "Not measured here.", rows=rows)]
        write = write_likeliest
    rows_, passed = [], 0
    for step, task in enumerate(TASKS):
        on_progress(Progress("measure", step, len(TASKS), message=f"a language model writes {task.name}"))
        good, why = judge_answer(task, write(task.prompt))
        passed += good
        rows_.append([task.name, task.asks, "passed" if good else "failed", why])
    low, high = uncertainty.share_interval(passed, len(TASKS))
    about = (
        f"{passed} of {len(TASKS)} passed at the first attempt: pass@1 {passed / len(TASKS):.2f}, "
        f"{uncertainty.INTERVAL} {low:.2f} to {high:.2f}. {smollm_package.TITLE} writes the likeliest text, at most "
        f"{MOST_TOKENS} tokens; the functions run in a limited process against calls whose values are known. It has "
        "read much public code: such short functions were surely among it. Nothing classical writes code here."
    )
    columns = ["Function", "What it must do", "Tests", "What went wrong"]
    return [use_case_rules.study_section(TITLE, "table", about, columns=columns, rows=rows_)]


def write_likeliest(asked: str) -> str:
    """The language model's likeliest answer to one message.

    Args:
        asked: the message.
    """
    model = smollm_package.load_model()
    return model.tokens.decode(list(model.write(model.chat_numbers(asked), MOST_TOKENS)))


def judge_answer(task: CodeTask, answer: str) -> tuple[bool, str]:
    """Whether an answer passes the tests of its task, and in a few words what went wrong.

    Args:
        task: with its cases. answer: what was written, code with or without words around it.
    """
    cases = [[list(arguments), expected] for arguments, expected in task.cases]
    try:
        told = sandbox.run_reader({"code": extract_code(answer), "name": task.name, "cases": cases}, CHILD)
    except LoadError:
        return False, STOPPED
    return bool(told.get("passed")), str(told.get("why", ""))[:60]


def extract_code(answer: str) -> str:
    """The first fenced block of an answer, without one what stands from its first function on.

    A block that the last token cut is taken as far as it goes; lines after a function that are no code end it.

    Args:
        answer: what was written.
    """
    fenced = re.search(r"```(?:[Pp]ython)?[^\n]*\n(.*?)(?:```|\Z)", answer, re.DOTALL)
    if fenced:
        return fenced.group(1)
    found = re.search(r"^def .*", answer, re.DOTALL | re.MULTILINE)
    if found is None:
        return answer
    lines = found.group(0).split("\n")
    for number, line in enumerate(lines[1:], 1):
        if line.strip() and not line.startswith((" ", "\t", "def ", "#")):
            return "\n".join(lines[:number])
    return "\n".join(lines)
