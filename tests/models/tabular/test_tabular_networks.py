"""Table networks: shapes, members, counts, and what DeepLift needs of their modules."""

import numpy as np
import pytest

from core.features import table_encoders
from core.models.tabular import stacking, table_network, tabm_network
from core.schema import Budget
from core.workers import work_clock
from tests.contestants.table.tables import made, parts

QUIET = [].append


def built(members=4, width=3, bins=6):
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    dataset, _ = made("multiclass", 80)
    encoding = table_encoders.fit_dense(dataset.inputs, bins=bins)
    rows = torch.from_numpy(encoding.transform(dataset.inputs))
    return tabm_network.build_tabm(encoding, width, tabm_network.TabMConfig(ensemble_size=members, width=16)), rows


@pytest.mark.parametrize("members", [1, 4])
def test_members_answer_apart_in_training_and_together_after(members):
    network, rows = built(members)
    network.train()
    apart = network(rows)
    assert apart.shape == (80 * members, 3)
    network.eval()
    together = network(rows)
    assert together.shape == (80, 3)
    mean = apart.unflatten(0, (80, members)).mean(1)
    np.testing.assert_allclose(together.detach(), mean.detach(), atol=1e-5)


def test_the_loss_is_the_mean_of_the_members_losses():
    import torch

    loss = tabm_network.ensemble_loss(lambda raw, target: ((raw[:, 0] - target) ** 2).mean(), 2)
    raw = torch.tensor([[1.0], [3.0], [0.0], [0.0]])
    assert float(loss(raw, torch.tensor([1.0, 2.0]))) == pytest.approx((0 + 4 + 4 + 4) / 4)


def test_an_embedding_starts_out_straight():
    import torch

    network, rows = built()
    assert not network.embedding.curve.any()
    numbers = rows[:, network.curved]
    parts_of = torch.rand(80, len(network.curved), network.embedding.curve.shape[1])
    twice = network.embedding(numbers, parts_of), network.embedding(numbers, torch.zeros_like(parts_of))
    np.testing.assert_allclose(twice[0].detach(), twice[1].detach())


def test_every_relu_is_a_module_of_its_own_and_used_once():
    import torch

    network, rows = built()
    calls = []
    for module in network.modules():
        if isinstance(module, torch.nn.ReLU):
            module.register_forward_hook(lambda *_, name=id(module): calls.append(name))
    network.eval()(rows)
    assert len(calls) == 2 == len(set(calls))


def test_without_numbers_there_is_no_embedding():
    import pandas as pd
    import torch

    encoding = table_encoders.fit_dense(pd.DataFrame({"k": pd.Categorical(["a", "b"] * 10)}), bins=4)
    network = tabm_network.build_tabm(encoding, 1, tabm_network.TabMConfig(ensemble_size=2, width=8)).eval()
    assert network.embedding is None and network(torch.zeros(3, encoding.width)).shape == (3, 1)


def test_counts_match_their_definitions():
    import torch

    network = torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.ReLU(), torch.nn.Linear(7, 1))
    assert tabm_network.count_parameters(network) == 5 * 7 + 7 + 7 + 1
    assert tabm_network.count_multiply_adds(network, torch.zeros(1, 5)) == 5 * 7 + 7
    assert [layer["shape"] for layer in tabm_network.layer_shapes(network)] == [[7, 5], [7], [1, 7], [1]]


def test_big_tables_get_one_network_and_small_ones_eight():
    assert table_network.default_settings(9_999, "binary")["members"] == 8
    assert table_network.default_settings(10_000, "binary")["members"] == 1


def test_a_representation_is_out_of_fold_and_in_the_final_networks_coordinates():
    from core.models.training.output_spec import OutputSpec

    dataset, task = made("binary", 300)
    train, valid, _ = parts(dataset)
    output_spec = OutputSpec.from_dataset(train, task)
    budget = Budget(seconds=30, device="cpu")
    found, unseen = stacking.fit_representation(train, valid, output_spec, {"epochs": 8, "breadth": 32}, budget, QUIET)
    inside, _ = found.transform(train.inputs)
    assert unseen.directions.shape == inside.shape == (len(train), stacking.DIRECTIONS)
    assert unseen.raw.shape == (len(train), 1) and unseen.networks == stacking.FOLDS
    assert np.corrcoef(unseen.directions[:, 0], inside[:, 0])[0, 1] > 0.8
    assert not np.allclose(unseen.directions, inside)


def test_inner_folds_share_out_every_row_and_keep_groups_together():
    from dataclasses import replace

    dataset, _ = made("binary", 90)
    grouped = replace(dataset, groups=np.arange(90) // 3)
    one, other = stacking._folds(grouped, 0)
    assert sorted([*one, *other]) == list(range(90))
    assert not set(grouped.groups[one]) & set(grouped.groups[other])


@pytest.mark.parametrize("members,share", [(1, 0.6), (8, 0.75), (3, 9 / 11)])
def test_all_networks_of_a_hybrid_are_given_the_same_part_of_their_epochs(members, share):
    settings = {"members": members, "epochs": 30}
    inner = stacking._fold_settings(settings)
    size = inner["members"] * inner["epochs"] * (stacking.FOLDS - 1) / stacking.FOLDS / (members * 30)
    assert stacking._final_share(settings) == pytest.approx(share) == 1 / (1 + stacking.FOLDS * size)


@pytest.mark.parametrize(
    "ending,lacking,told", [("budget", 1.4, "converged"), ("budget", 2.0, "budget"), ("converged", 1.0, "converged")]
)
def test_an_inner_network_with_most_of_its_epochs_is_no_reason_to_call_the_hybrid_unfinished(ending, lacking, told):
    with work_clock.metered(1.0) as work:
        stacking._record_fold_end(work_clock.MeteredWork(1.0, ending, lacking))
    assert work.stopped == told and work.shortfall == pytest.approx(1.4 if told == "budget" else 1.0)


def test_an_inner_network_of_unknown_need_leaves_the_need_of_the_hybrid_unknown():
    with work_clock.metered(1.0) as work:
        stacking._record_fold_end(work_clock.MeteredWork(1.0, "budget", None))
    assert work.stopped == "budget" and work.full_seconds(1.0) is None
