"""Pictures turned, moved and noisy."""

import numpy as np

from core.perturbation import image_transforms

PICTURES = np.random.default_rng(0).integers(0, 256, (6, 9, 9, 1), dtype=np.uint8)


def test_nothing_changes_at_strength_zero():
    for damage in (image_transforms.rotate, image_transforms.shift, image_transforms.add_noise):
        assert damage(PICTURES, 0.0) is PICTURES


def test_a_quarter_turn_is_a_quarter_turn():
    assert (image_transforms.rotate(PICTURES, 90.0) == np.rot90(PICTURES, axes=(1, 2))).all()
    assert image_transforms.rotate(PICTURES, 30.0).shape == PICTURES.shape


def test_a_moved_picture_is_found_again_and_everybody_sees_the_same():
    moved = image_transforms.shift(PICTURES, 1 / 9, seed=1)
    assert (moved == image_transforms.shift(PICTURES, 1 / 9, seed=1)).all() and (moved != PICTURES).any()
    inner = [
        any((np.roll(new, way, axis)[1:-1, 1:-1] == old[1:-1, 1:-1]).all() for axis in (0, 1) for way in (-1, 1))
        for new, old in zip(moved, PICTURES, strict=True)
    ]
    assert all(inner)


def test_noise_has_the_strength_asked_for():
    grey = np.full((20, 16, 16, 3), 128, dtype=np.uint8)
    noisy = image_transforms.add_noise(grey, 20.0, seed=2)
    assert noisy.dtype == np.uint8 and abs(float(noisy.astype(float).std()) - 20.0) < 1.0
