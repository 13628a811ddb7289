"""Drawers of digits: shades and shapes, and a two-sample test that knows equal from unequal."""

import numpy as np
import pytest

from core.scenarios.generative import digit_study


def test_the_two_sample_test_tells_what_differs_and_not_what_is_equal():
    draw = np.random.default_rng(0)
    same = digit_study.two_sample_test(draw.normal(size=(150, 5)), draw.normal(size=(150, 5)), 0)
    other = digit_study.two_sample_test(draw.normal(size=(150, 5)), draw.normal(2.0, size=(150, 5)), 0)
    assert same[1] < 0.5 < same[2] + 0.1 and same[0] < 0.62
    assert other[0] > 0.9


@pytest.mark.parametrize("drawer", [digit_study.draw_gaussian, digit_study.draw_mixture])
def test_drawn_digits_have_the_shades_of_real_ones(drawer):
    from sklearn.datasets import load_digits

    known = load_digits().data[:400] / 16
    made = drawer(known, 20, 1)
    assert made.shape == (20, 64) and made.min() >= 0 and made.max() <= 1
    assert np.allclose(made * 16, np.rint(made * 16))
    assert (made == drawer(known, 20, 1)).all()


@pytest.mark.slow
def test_half_of_what_is_guessed_about_is_real():
    found = {one["kind"]: one for one in digit_study.digit_sections(0)}
    rows = found["guess"]["rows"]
    assert sum(row["real"] for row in rows) * 2 == len(rows) >= 10
    shown = [str(row["picture"]) for row in found["pictures"]["rows"]]
    assert not {str(row["picture"]) for row in rows} & set(shown), "what is guessed about is not shown elsewhere"
