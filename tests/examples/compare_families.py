"""Compares a linear model with boosted trees on an embedded sample and prints the scoreboard and the comparisons.

Two folds of 200 rows keep this short. Drop ``rows`` and ``folds`` for a verdict: it takes at least five fits each.
"""

from core.api import Plan, compare, load, report

data = load("telco_churn")
plan = Plan(contestants=("table_linear", "table_xgboost"), budget_seconds=8, rows=200, explain=False)
contest = compare(data, plan=plan, folds=2)
print(report(contest))
for comparison in contest.comparisons:
    if comparison.measurement == "skill":
        print(f"{comparison.left} - {comparison.right}: {comparison.gap:.1f} points of skill")
