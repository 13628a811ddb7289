"""Figures in votes: a difference that rounds to nothing has no minus sign."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from core.evaluation import uncertainty
from core.judging import vote_wording

ROOT = Path(__file__).parents[2]


def test_nothing_has_no_minus_sign() -> None:
    found = uncertainty.corrected_t([-0.01, 0.0, -0.02, 0.01, -0.01], 0.25, 1.0)
    assert vote_wording.format_points(found).startswith("+0.0 points [")
    assert "-0.0" not in vote_wording.format_points(found)


def test_no_text_formats_signed_tenths_without_that() -> None:
    """The format option "z" turns -0.04 into 0.0; every signed figure with one decimal has it."""
    found = []
    for path in (*ROOT.glob("core/**/*.py"), *ROOT.glob("pages/**/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
                spec = "".join(str(part.value) for part in getattr(node.format_spec, "values", ()) if
                               isinstance(part, ast.Constant))  # fmt: skip
                if re.fullmatch(r"\+\.1f", spec) and path.name != "units.py":
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert found == []
