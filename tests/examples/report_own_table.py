"""Reads a table of one's own (semicolons, decimal commas), compares on it, and writes a report and a notebook."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.api import Plan, compare, load, report

draw = np.random.default_rng(0)
table = pd.DataFrame({"hours": draw.normal(20, 5, 120), "shift": draw.choice(["day", "night"], 120)})
table["output"] = 3 * table["hours"] - 10 * (table["shift"] == "night") + draw.normal(0, 4, 120)
table.to_csv("factory.csv", sep=";", decimal=",", index=False)

data = load("factory.csv")
for warning in data.warnings:
    print("read with a warning:", warning)
contest = compare(data, "output", plan=Plan(contestants=("table_linear",), budget_seconds=8, explain=False), folds=2)
Path("report.html").write_text(report(contest, "html"), encoding="utf-8")
Path("again.ipynb").write_text(report(contest, "notebook"), encoding="utf-8")
print(f"{len(data)} rows, target {contest.task.target} ({contest.task.kind}), digest {contest.digest[:12]}")
