"""Fits the model of a contest on all rows, opens its bundle, and predicts rows and a file with it."""

from core.api import Plan, compare, load, make_bundle, open_bundle, predict, predict_file

data = load("telco_churn")
plan = Plan(contestants=("table_linear",), budget_seconds=8, rows=200, explain=False)
contest = compare(data, plan=plan, folds=2)
card = make_bundle(data, "table_linear", "model.zip", contest=contest)
print(f"{card['title']}: accuracy {card['expected']['accuracy']['mean']:.2f} expected on new rows")

model = open_bundle("model.zip")
for row in predict(model, data.inputs.head(3)):
    print(f"{row['prediction']} with {row['probability']:.0%}, surely one of {row['set']}")
data.inputs.tail(500).to_csv("new.csv", index=False)
found = predict_file(model, "new.csv", "predictions.csv")
print(f"{found.rows} rows written, accuracy {found.scores['accuracy']:.2f}")
for difference in found.differences:
    print(f"{difference.level}: {difference.what}")
