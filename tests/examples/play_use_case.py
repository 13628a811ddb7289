"""Plays the data and task of one of the document's use cases with two text classifiers of one's own choice."""

from core.api import Plan, compare, load_scenario

data, task = load_scenario("language")
plan = Plan(contestants=("text_tfidf", "text_nbsvm"), budget_seconds=8, rows=240, explain=False)
contest = compare(data, task, plan=plan, folds=2)
for run in contest.runs:
    skills = [fit.skill for fit in run.fits if fit.skill is not None]
    print(f"{run.title}: {sum(skills) / len(skills):.1f} points of skill over {len(skills)} folds")
