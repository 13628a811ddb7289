"""Made-up contestants and data whose truth is known, for tests of measurements that refit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.schema import Budget, Contestant, Dataset, Fit, FittedContestant, MeasurementContext, Task

BINARY = Task(target="y", kind="classification", form="binary")
NUMBER = Task(target="y", kind="regression", form="regression")


class Logistic:
    """A plain logistic regression on the numeric columns, refitted on whatever it is given."""

    suffix = "npz"

    def __init__(self, train, seconds=0.0):
        from sklearn.linear_model import LogisticRegression

        self.names = [name for name in train.inputs.columns if train.inputs[name].dtype.kind == "f"]
        self.learner = LogisticRegression(C=10.0).fit(self._read(train.inputs), train.target)
        self.parameters = len(self.names) + 1

    def _read(self, inputs):
        return np.nan_to_num(np.column_stack([np.asarray(inputs[name], dtype=float) for name in self.names]))

    def predict(self, inputs):
        return self.learner.predict_proba(self._read(inputs))

    def margin(self, inputs):
        return self.learner.decision_function(self._read(inputs))

    def saved(self):
        return self.learner.coef_.tobytes()

    def describe(self):
        return {"device": "cpu", "coefficients": len(self.names)}


def table(rows=300, seed=0, columns=3):
    """A binary table: the first column decides, the others are noise, one category follows the answer loosely."""
    generator = np.random.default_rng(seed)
    values = generator.normal(size=(rows, columns))
    target = (values[:, 0] + 0.5 * generator.normal(size=rows) > 0).astype(np.int64)
    frame = pd.DataFrame(values, columns=[f"n{k}" for k in range(columns)])
    hinted = np.where(generator.random(rows) < 0.7, target, 1 - target)
    frame["c"] = pd.Categorical(np.where(hinted == 1, "yes", "no"))
    return Dataset("toy", "table", frame, target=target, labels=("0", "1"))


def contestant(fit=None, family="classical", key="toy"):
    """A contestant that trains a Logistic, or what ``fit`` gives."""
    made = fit or (lambda train, valid, task, budget, tell: Logistic(train))
    return Contestant(key, "Toy", family, ("table",), ("classification", "regression"), "", "", fit=made)


def subject(dataset=None, who=None, task=BINARY, context=None, heard=None):
    """A subject on one cut of a data set: 60 % train, 20 % valid, 20 % test."""
    data = dataset if dataset is not None else table()
    who = who or contestant()
    rows = np.random.default_rng(1).permutation(len(data))
    first, second = int(0.6 * len(rows)), int(0.8 * len(rows))
    parts = [data.take(part) for part in (rows[:first], rows[first:second], rows[second:])]
    tell = heard.append if heard is not None else (lambda news: None)
    model = who.fit(parts[0], parts[1], task, Budget(), tell)
    fits = (Fit(0, "s", {}, 10.0, fit_seconds=0.1, fit_cpu_seconds=0.1),)
    return FittedContestant(
        who, model, *parts, task, Budget(seconds=2.0), fits, tell, context=context or MeasurementContext()
    )
