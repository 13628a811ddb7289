"""Explains two fitted contestants over the same rows and background, and prints the columns that matter to each."""

import numpy as np

from core.api import Plan, compare, explain, load

plan = Plan(contestants=("table_linear", "table_xgboost"), budget_seconds=8, rows=200)
contest = compare(load("telco_churn"), plan=plan, folds=2)
for key, explanation in explain(contest).items():
    strongest = np.argsort(-explanation.importance)[:3]
    print(f"{key}, {explanation.method}, completeness error {explanation.completeness_error:.2g}")
    for part in strongest:
        print(f"  {explanation.parts[part]}: {explanation.importance[part]:.3f} mean absolute log-odds")
