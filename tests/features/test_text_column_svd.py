"""Text columns as numbers: like texts lie together, unknown ones at zero."""

import numpy as np

from core.features import text_column_svd


def test_like_texts_lie_together_and_unknown_ones_at_zero():
    texts = ["engine bird strike", "bird strike engine damage", "late rent payment", "rent payment refused"] * 5
    fitted = text_column_svd.fit_text_svd(texts, size=2)
    rows = fitted.transform([*texts[:4], "zebra xylophone", None])
    near = rows @ rows.T
    assert near[0, 1] > near[0, 2] and near[2, 3] > near[1, 3]
    assert not rows[4:].any() and rows.shape == (6, 2)


def test_a_column_without_repeated_words_has_no_directions():
    fitted = text_column_svd.fit_text_svd(["one", "two", None])
    assert fitted.size == 0 and fitted.transform(["one"]).shape == (1, 0)


def test_transform_is_the_projection_that_was_learnt():
    texts = ["alpha beta", "alpha gamma", "beta gamma gamma", "alpha beta gamma"]
    fitted = text_column_svd.fit_text_svd(texts, size=3)
    np.testing.assert_allclose(fitted.axes.T @ fitted.axes, np.eye(3), atol=1e-8)
    lengths = np.linalg.norm(fitted.transform(texts), axis=1)
    np.testing.assert_allclose(lengths, 1.0, atol=1e-8)
