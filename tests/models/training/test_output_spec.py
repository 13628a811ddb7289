"""What a model must answer: links, margins and skill by hand."""

import numpy as np
import pytest

from core.models.training.output_spec import OutputSpec


def test_binary_links_and_margin_agree():
    output_spec = OutputSpec.from_target("binary", np.array([0, 0, 0, 1]), 2)
    raw = np.array([[0.0], [np.log(3.0)], [-800.0]])
    assert output_spec.to_predictions(raw) == pytest.approx(np.array([[0.5, 0.5], [0.25, 0.75], [1.0, 0.0]]))
    assert output_spec.margin(raw) == pytest.approx(raw[:, 0]) and output_spec.width == 1
    assert sum(output_spec.prior) == pytest.approx(1) and output_spec.prior[0] == pytest.approx(3.5 / 5)


def test_multiclass_margin_is_centred_and_probabilities_sum_to_one():
    output_spec = OutputSpec.from_target("multiclass", np.array([0, 1, 2, 2]), 4)
    raw = np.array([[1.0, 2.0, 3.0, 4.0], [900.0, 0.0, 0.0, 0.0]])
    assert output_spec.margin(raw).sum(axis=1) == pytest.approx([0, 0]) and output_spec.width == 4
    assert output_spec.to_predictions(raw).sum(axis=1) == pytest.approx([1, 1])


def test_regression_comes_back_in_the_targets_unit():
    output_spec = OutputSpec.from_target("regression", np.array([10.0, 20.0, 30.0]))
    assert output_spec.to_predictions(np.array([[0.0]]))[0] == pytest.approx(20)
    assert output_spec.skill(np.array([10.0, 30.0]), np.array([10.0, 30.0])) == pytest.approx(100)
    assert output_spec.skill(np.array([20.0, 20.0]), np.array([10.0, 30.0])) == pytest.approx(0)


def test_skill_of_the_prior_is_nothing_and_of_the_truth_everything():
    truth = np.array([0, 1, 1, 1])
    output_spec = OutputSpec.from_target("binary", truth, 2)
    assert output_spec.skill(np.tile(output_spec.prior, (4, 1)), truth) == pytest.approx(0)
    assert output_spec.skill(np.eye(2)[truth], truth) == pytest.approx(100)
    assert output_spec.skill(np.eye(2)[1 - truth], truth) < 0


def test_losses_match_their_definitions():
    import torch

    output_spec = OutputSpec.from_target("binary", np.array([0, 1]), 2)
    raw = torch.tensor([[0.0], [0.0]])
    assert float(output_spec.loss()(raw, output_spec.encode(np.array([0, 1])))) == pytest.approx(np.log(2), abs=1e-6)
    three = OutputSpec.from_target("multiclass", np.array([0, 1, 2]), 3)
    assert float(three.loss()(torch.zeros(2, 3), three.encode(np.array([0, 2])))) == pytest.approx(np.log(3), abs=1e-6)


@pytest.mark.parametrize(
    ("form", "target", "classes", "words"),
    [
        ("binary", [], 2, "no rows"),
        ("regression", [1.0, np.nan], 0, "missing or infinite"),
        ("binary", [0, 1, 2], 3, "3 classes"),
    ],
)
def test_nothing_to_learn_is_said(form, target, classes, words):
    with pytest.raises(ValueError, match=words):
        OutputSpec.from_target(form, np.array(target), classes)
