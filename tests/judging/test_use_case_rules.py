"""The rule of a use case: when the favoured side stands, alone and over several parts."""

import pytest

from core.judging import use_case_rules


def comparison(left, tie, right, **more):
    return {
        "gap": 1.0, "low": 0.0, "high": 2.0, "p_left_better": left, "p_tie": tie, "p_right_better": right,
        "scope": "approaches", **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("found", "equal_counts", "outcome"),
    [
        (None, False, "not measured"),
        (comparison(0.96, 0.02, 0.02), False, "supported"),
        (comparison(0.02, 0.02, 0.96), False, "contradicted"),
        (comparison(0.02, 0.96, 0.02), False, "tied"),
        (comparison(0.5, 0.4, 0.1), False, "undecided"),
        (comparison(0.5, 0.46, 0.04), True, "supported"),
        (comparison(0.02, 0.96, 0.02), True, "supported"),
        (comparison(0.5, 0.4, 0.1), True, "undecided"),
        (comparison(0.02, 0.02, 0.96), True, "contradicted"),
        (comparison(1.0, 0.0, 0.0, scope="these two models only"), False, "undecided"),
        (comparison(None, None, None), False, "undecided"),
    ],
)
def test_a_side_stands_at_95_per_cent_or_where_equal_counts_when_it_is_not_worse(found, equal_counts, outcome):
    assert use_case_rules.outcome_of(found, equal_counts) == outcome


@pytest.mark.parametrize(
    ("outcomes", "outcome"),
    [
        ([], "not measured"),
        (["supported", "not measured"], "supported"),
        (["supported", "tied"], "undecided"),
        (["contradicted", "tied"], "contradicted"),
        (["contradicted", "supported"], "undecided"),
    ],
)
def test_all_parts_must_stand(outcomes, outcome):
    assert use_case_rules.combine_outcomes(outcomes) == outcome
