"""shap and captum, as wrapped here, against closed forms and against the model's own exact Shapley values."""

from __future__ import annotations

import numpy as np
import pytest

from core.explain import maskers
from core.explain.captum_network import as_margin, attribute_network, deep_lift
from core.explain.linear_shap import attribute_linear
from core.explain.shapley import exact_shapley
from core.explain.tree_shap import attribute_trees, raw_margin

torch = pytest.importorskip("torch")
RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(12, 5))
BACKGROUND = RNG.normal(size=(25, 5))
NAMES = list("abcde")


def net(width: int = 1, seed: int = 0, functional: bool = False):
    """A small network; functional non-linearities are what DeepLift cannot see."""
    torch.manual_seed(seed)
    layers = [torch.nn.Linear(5, 16), torch.nn.ReLU(), torch.nn.Linear(16, 16), torch.nn.ReLU()]
    last = torch.nn.Linear(16, width)
    if not functional:
        return torch.nn.Sequential(*layers, last)

    class Functional(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two, self.last = layers[0], layers[2], last

        def forward(self, x):
            return self.last(torch.relu(self.two(torch.relu(self.one(x)))))

    return Functional()


def margin_of(module, several: bool):
    explained = as_margin(module, several)

    def margin(rows: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            return explained(torch.as_tensor(rows, dtype=torch.float32)).numpy()

    return margin


class Formula(torch.nn.Module):
    """A function dressed as a network."""

    def __init__(self, function) -> None:
        super().__init__()
        self.function = function
        self.unused = torch.nn.Parameter(torch.zeros(1))

    def forward(self, x):
        return self.function(x)


def error(values: np.ndarray, truth: np.ndarray) -> float:
    return float(np.abs(values - truth).sum() / np.abs(truth).sum())


def test_linear_model_three_ways() -> None:
    slope = RNG.normal(size=5)
    truth = slope * (ROWS - BACKGROUND.mean(axis=0))
    found = attribute_linear(slope, 2.0, ROWS, BACKGROUND, NAMES)
    assert np.allclose(found.values, truth) and found.completeness_error == pytest.approx(0, abs=1e-12)
    module = torch.nn.Linear(5, 1)
    with torch.no_grad():
        module.weight.copy_(torch.as_tensor(slope[None]))
    network = attribute_network(module, ROWS, BACKGROUND, NAMES)
    assert network.method == "DeepLiftShap" and np.allclose(network.values, truth, atol=1e-5)


def test_blocks_are_one_player_each() -> None:
    slope = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    found = attribute_linear(slope, 0.0, ROWS, BACKGROUND, ["k", "a", "k", "k", "b"])
    single = slope * (ROWS - BACKGROUND.mean(axis=0))
    assert found.parts == ("k", "a", "b")
    assert np.allclose(found.values, np.stack([single[:, [0, 2, 3]].sum(axis=1), single[:, 1], single[:, 4]], axis=1))
    with pytest.raises(ValueError, match="block map"):
        attribute_linear(slope, 0.0, ROWS, BACKGROUND, ["k", "a"])


def test_several_classes_are_centred_and_their_values_sum_to_nothing() -> None:
    slope, start = RNG.normal(size=(3, 5)), RNG.normal(size=3)
    by_class = [attribute_linear(slope, start, ROWS, BACKGROUND, NAMES, np.full(12, k)) for k in range(3)]
    assert np.allclose(sum(found.values for found in by_class), 0)
    assert all(found.completeness_error == pytest.approx(0, abs=1e-9) for found in by_class)


@pytest.mark.parametrize(
    ("function", "point", "truth"),
    [
        (lambda x: x[:, 0] ** 2 * x[:, 1], (2.0, 3.0), (8.0, 4.0)),  # integrated gradients; Shapley pays 6 and 6
        (lambda x: x.max(dim=1).values, (3.0, 1.0), (3.0, 0.0)),  # Shapley pays 2.5 and 0.5
        (lambda x: x.sum(dim=1).clamp(max=1.0), (1.0, 1.0), (0.5, 0.5)),  # the gradient at the point is 0
    ],
)
def test_integrated_gradients_closed_forms(function, point, truth) -> None:
    found = attribute_network(Formula(function), np.array([point]), np.zeros((1, 2)), ["a", "b"])
    assert found.method.startswith("IG over the background")
    assert np.allclose(found.values[0], truth, atol=0.05)


@pytest.mark.parametrize("classes", [2, 3, 0])
def test_interventional_trees_are_exact_with_missing_values(classes: int) -> None:
    xgboost = pytest.importorskip("xgboost")
    table = RNG.normal(size=(300, 5))
    signal = table[:, 0] * table[:, 1] + table[:, 2]
    table[RNG.random(table.shape) < 0.1] = np.nan
    target = {2: (signal > 0).astype(int), 3: np.digitize(signal, [-0.5, 0.5]), 0: signal}[classes]
    kind = xgboost.XGBClassifier if classes else xgboost.XGBRegressor
    model = kind(n_estimators=15, max_depth=3, n_jobs=1).fit(table, target)
    outputs = np.asarray(target[:8], dtype=int) if classes == 3 else None
    rows, background = (table[part].astype(np.float32) for part in (slice(0, 8), slice(100, 120)))
    found = attribute_trees(model, rows, background, NAMES, outputs)
    truth = exact_shapley(lambda x: raw_margin(model, x), maskers.column_masker(rows, background), outputs)
    assert error(found.values, truth.values) < 1e-5
    assert found.completeness_error < 1e-5
    usual = attribute_trees(model, rows, background, NAMES, outputs, fair=False)
    assert usual.completeness_error > 0.01 and error(usual.values, truth.values) > 0.05


def test_path_dependent_trees_equal_xgboost_s_own_contributions() -> None:
    xgboost = pytest.importorskip("xgboost")
    table = RNG.normal(size=(200, 5)).astype(np.float32)
    model = xgboost.XGBRegressor(n_estimators=10, max_depth=3, n_jobs=1).fit(table, table[:, 0] * table[:, 1])
    usual = attribute_trees(model, table[:10], table[50:60], NAMES, fair=False)
    own = model.get_booster().predict(xgboost.DMatrix(table[:10]), pred_contribs=True)[:, :-1]
    assert np.allclose(usual.values, own, atol=1e-5)


@pytest.mark.parametrize("width", [1, 2, 3])
def test_networks_add_up_and_unsafe_ones_are_found_out(width: int) -> None:
    outputs = RNG.integers(0, 3, len(ROWS)) if width == 3 else None
    safe = attribute_network(net(width), ROWS, BACKGROUND, NAMES, outputs)
    assert safe.method == "DeepLiftShap" and safe.completeness_error < 1e-4
    unsafe = attribute_network(net(width, functional=True), ROWS, BACKGROUND, NAMES, outputs)
    assert unsafe.method.startswith("IG over the background") and unsafe.completeness_error < 0.01
    truth = exact_shapley(margin_of(net(width), width == 3), maskers.column_masker(ROWS, BACKGROUND), outputs).values
    assert error(safe.values, truth) < 0.6 and error(unsafe.values, truth) < 0.6
    usual = attribute_network(net(width), ROWS, BACKGROUND, NAMES, outputs, fair=False)
    assert error(usual.values, truth) > max(error(safe.values, truth), error(unsafe.values, truth))
    assert usual.completeness_error > 0.05


def test_a_reused_activation_is_not_trusted() -> None:
    torch.manual_seed(0)
    shared = torch.nn.ReLU()
    module = torch.nn.Sequential(
        torch.nn.Linear(5, 16), shared, torch.nn.Linear(16, 16), shared, torch.nn.Linear(16, 1)
    )
    found = attribute_network(module, ROWS, BACKGROUND, NAMES)
    assert found.completeness_error < 0.01


def test_a_random_network_changes_the_map() -> None:
    one, other = (attribute_network(net(seed=seed), ROWS, BACKGROUND, NAMES).values for seed in (0, 1))
    assert np.allclose(one, attribute_network(net(seed=0), ROWS, BACKGROUND, NAMES).values)
    assert np.abs(one - other).sum() > 0.5 * np.abs(one).sum()


def test_the_module_is_left_as_it_was() -> None:
    module = net().train()
    attribute_network(module, ROWS, BACKGROUND, NAMES)
    assert module.training and not any(layer._forward_hooks for layer in module.modules())


def test_captum_metrics_agree_that_the_explanation_is_faithful() -> None:
    """Cross-check only: captum's infidelity is lower for our values than for the same values shuffled."""
    from captum.metrics import infidelity

    module = as_margin(net(), False)
    rows = torch.as_tensor(ROWS, dtype=torch.float32)
    background = torch.as_tensor(BACKGROUND, dtype=torch.float32)
    values = deep_lift(module, rows, background)

    def nudged(inputs):
        torch.manual_seed(0)
        noise = (torch.rand(inputs.shape) < 0.5) * (inputs - background.mean(dim=0))
        return noise, inputs - noise

    # Infidelity multiplies an attribution by the nudge, so a value in units of the output is divided by its distance.
    slopes = torch.as_tensor(values, dtype=torch.float32) / (rows - background.mean(dim=0))
    ours = infidelity(module, nudged, rows, slopes, n_perturb_samples=20).median()
    shuffled = infidelity(module, nudged, rows, slopes[:, torch.tensor([1, 2, 3, 4, 0])], n_perturb_samples=20).median()
    assert ours < shuffled


def test_picture_maps_find_a_planted_patch() -> None:
    from core.explain.saliency_maps import MAPS, picture_maps

    class Spot(torch.nn.Module):
        """Two classes told apart by the brightness of one corner."""

        def __init__(self) -> None:
            super().__init__()
            self.seen = torch.nn.Conv2d(1, 2, 3, padding=1)
            with torch.no_grad():
                self.seen.weight.zero_()
                self.seen.bias.zero_()
                self.seen.weight[0, 0, 1, 1], self.seen.weight[1, 0, 1, 1] = 1.0, -1.0

        def forward(self, x):
            return self.seen(x)[:, 0, :6, :6].mean(dim=(1, 2))

    pictures = np.zeros((3, 1, 24, 24), dtype=np.float32)
    pictures[:, :, :6, :6] = 1
    module = Spot().eval()
    found = picture_maps(module, pictures, np.zeros((2, 1, 24, 24)), module.seen)
    assert tuple(found) == MAPS
    for name, values in found.items():
        assert values.shape == (3, 24, 24), name
        assert np.all(values[:, :6, :6].mean(axis=(1, 2)) > 5 * np.abs(values[:, 8:, 8:]).mean(axis=(1, 2))), name


def test_maps_are_told_small_and_say_how_exactly_they_add_up() -> None:
    import json

    from core.explain.saliency_maps import saliency_maps

    class Halves(torch.nn.Module):
        """Brightness of the left half, through a layer too coarse to say where and one that can."""

        def __init__(self) -> None:
            super().__init__()
            self.fine, self.coarse = torch.nn.AvgPool2d(8), torch.nn.AvgPool2d(4)
            self.weight = torch.nn.Parameter(torch.full((1, 1, 1, 1), 2.0))

        def forward(self, x):
            left = torch.where(torch.arange(x.shape[3]) < x.shape[3] // 2, 1.0, 0.0)
            return self.coarse(self.fine(x * self.weight * left)).mean(dim=(1, 2, 3))

    module = Halves().eval()
    pictures = np.ones((2, 64, 64, 1), dtype=np.float32)
    parts = (module, [module.fine, module.coarse], lambda rows: torch.from_numpy(rows).permute(0, 3, 1, 2))
    found = json.loads(json.dumps(saliency_maps(parts, pictures, 0 * pictures, scale=3.0), allow_nan=False))
    assert set(found) == {"ig", "gradcam", "occlusion", "note"} and "8 x 8 places" in found["note"]
    for key in ("ig", "gradcam", "occlusion"):
        values = np.array(found[key])
        assert values.shape == (2, 32, 32) and values[:, :, :14].mean() > 5 * abs(values[:, :, 20:].mean()), key
    assert np.allclose(np.sum(found["ig"], axis=(1, 2)), 3.0, atol=0.05), "summed, the map is the answer's change"
    assert "by 0.0 % of its size" in found["note"]
