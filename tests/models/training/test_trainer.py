"""The training loop: it learns, stops, keeps its best weights, obeys the clock, and says when it failed."""

import copy
import time
from dataclasses import replace

import numpy as np
import pytest

from core.models.training import one_cycle, trainer
from core.models.training.output_spec import OutputSpec
from core.schema import Cancelled
from core.workers import devices, work_clock


def _problem(rows=400, seed=0):
    import torch

    generator = np.random.default_rng(seed)
    x = generator.normal(size=(rows, 4)).astype(np.float32)
    y = (x[:, 0] + 0.3 * generator.normal(size=rows) > 0).astype(np.int64)
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    network = torch.nn.Sequential(torch.nn.Linear(4, 16), torch.nn.ReLU(), torch.nn.Linear(16, 1))
    output_spec = OutputSpec.from_target("binary", y[:300], 2)
    rows_in = torch.as_tensor(x)
    batches = trainer.minibatches([rows_in[:300], output_spec.encode(y[:300])], 64, seed)

    def score(current):
        return output_spec.skill(output_spec.to_predictions(trainer.predict_raw(current, [rows_in[300:]])), y[300:])

    return network, batches, output_spec, score


def _train(recipe, told=None, **changes):
    network, batches, output_spec, score = _problem()
    told = [] if told is None else told
    parts = {"network": network, "batches": batches, "loss": output_spec.loss(), "score": score, **changes}
    return trainer.fit_weights(*parts.values(), recipe, told.append), parts, told


def test_learns_keeps_the_best_weights_and_tells_every_epoch():
    done, parts, told = _train(trainer.TrainerConfig(epochs=30, learning_rate=1e-2, patience=30, seconds=60))
    assert done.best_score > 60
    assert parts["score"](parts["network"]) == pytest.approx(done.best_score, abs=1e-4)
    told = [news for news in told if news.loss is not None]  # on a slow machine there is news within an epoch too
    assert [news.step for news in told] == list(range(1, 31)) and all(news.stage == "fit" for news in told)
    assert done.best_score == pytest.approx(max(score for _, _, score in done.history))
    spent = [cpu for cpu, _, _ in done.history]
    assert spent == sorted(spent) and not parts["network"].training


def test_patience_stops_when_nothing_gets_better():
    flat = _train(trainer.TrainerConfig(epochs=50, patience=3), score=lambda network: 1.0)[0]
    assert flat.stopped == "patience" and flat.epochs == 4 and flat.best_epoch == 1


def test_fewer_epochs_are_planned_when_seconds_are_short():
    free = trainer.TrainerConfig(epochs=20, patience=1000, seconds=60, schedule="one-cycle", steps=5)
    with work_clock.metered(60) as whole:
        assert _train(free)[0].stopped == "epochs"
    told = []
    with work_clock.metered(60) as work:
        done, _, _ = _train(replace(free, seconds=whole.seconds / 4), told)
    assert done.stopped == "seconds" and done.epochs == done.planned == 5
    assert told[-1].total == 5 and work.seconds == pytest.approx(whole.seconds / 4, rel=0.01)
    assert work.stopped == "budget" and work.shortfall == pytest.approx(4.0, rel=0.01)
    assert whole.stopped == "converged" and whole.full_seconds(60) == whole.seconds


def test_an_epoch_that_does_not_fit_is_cut_within():
    steps = []

    def watched(number):
        for batch in _problem()[1](number):
            steps.append(number)
            yield batch

    config = trainer.TrainerConfig(epochs=20, seconds=60, steps=5)
    with work_clock.metered(60) as work:
        _train(replace(config, epochs=1), batches=watched)
    steps.clear()
    done, _, _ = _train(replace(config, seconds=work.seconds * 0.4), batches=watched)
    assert done.stopped == "seconds" and done.epochs == 1 and steps.count(1) == 2


def test_a_slow_machine_trains_as_long_as_a_quick_one():
    batches = _problem()[1]

    def slow(number):
        time.sleep(0.02)
        end = time.process_time() + 0.02
        while time.process_time() < end:
            sum(range(1_000))
        return batches(number)

    config = trainer.TrainerConfig(epochs=8, seconds=0.05, patience=1000, schedule="one-cycle", steps=5)
    quick, parts, _ = _train(config)
    other, twin, _ = _train(config, batches=slow, network=_problem()[0])
    assert quick.epochs == other.epochs and [one[1:] for one in quick.history] == [one[1:] for one in other.history]
    for one, two in zip(parts["network"].parameters(), twin["network"].parameters(), strict=True):
        assert (one == two).all()


def test_the_guard_ends_what_takes_far_too_long(monkeypatch):
    monkeypatch.setattr(work_clock, "GUARD_LEAST", 0.05)

    def slow(number):
        end = time.process_time() + 0.1
        while time.process_time() < end:
            sum(range(1_000))
        return _problem()[1](number)

    with work_clock.metered(1e-3) as work:
        done, _, _ = _train(trainer.TrainerConfig(epochs=50, seconds=60), batches=slow)
    assert done.epochs < 50 and work.stopped == "guard" and work.full_seconds(60) is None


def test_a_loss_that_is_not_finite_is_said_in_words():
    with pytest.raises(trainer.TrainingError, match="did not converge"):
        _train(trainer.TrainerConfig(), loss=lambda raw, target: raw.sum() * float("nan"))


def test_a_late_breakdown_keeps_the_best_weights():
    output_spec = _problem()[2]
    calls = []

    def breaks(raw, target):
        calls.append(1)
        return output_spec.loss()(raw, target) * (float("nan") if len(calls) > 50 else 1.0)

    done, parts, _ = _train(trainer.TrainerConfig(epochs=40, learning_rate=1e-2, patience=40), loss=breaks)
    assert done.stopped == "did not converge" and "did not converge" in done.notes[0]
    assert parts["score"](parts["network"]) == pytest.approx(done.best_score, abs=1e-4)


def test_telling_may_cancel():
    def cancel(news):
        raise Cancelled

    network, batches, output_spec, score = _problem()
    with pytest.raises(Cancelled):
        trainer.fit_weights(network, batches, output_spec.loss(), score, trainer.TrainerConfig(), cancel)


def test_same_seed_same_weights():
    first, second = (_train(trainer.TrainerConfig(epochs=5))[1]["network"] for _ in range(2))
    for one, other in zip(first.parameters(), second.parameters(), strict=True):
        assert (one == other).all()


def test_batches_hold_every_row_once_and_no_row_alone():
    import torch

    batches = trainer.minibatches([torch.arange(257), torch.arange(257)], 64, 3)
    sizes = [len(target) for _, target in batches(1)]
    seen = torch.cat([target for _, target in batches(1)])
    assert min(sizes) > 50 and sorted(seen.tolist()) == list(range(257))
    assert not torch.equal(seen, torch.cat([target for _, target in batches(2)]))


def test_one_cycle_rises_then_falls():
    rates = [one_cycle.rate_factor(step / 100) for step in range(101)]
    assert rates.index(max(rates)) == 25 and max(rates) == pytest.approx(1.0)
    assert rates[0] == pytest.approx(0.04) and rates[-1] < 1e-3


def test_an_accelerator_that_fails_is_replaced_by_the_processor():
    import torch

    if torch.cuda.is_available():
        pytest.skip("a CUDA device is there, so asking for one does not fail")
    done, _, _ = _train(trainer.TrainerConfig(epochs=3, device="cuda"))
    assert done.device == "cpu" and "done on the CPU" in done.notes[0]


def test_weights_return_even_when_the_accelerator_no_longer_answers():
    from torch import nn, ones

    network = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1))
    spare = copy.deepcopy(network)
    wanted = copy.deepcopy(network).eval()(ones(5, 3))
    network.to("meta")  # nothing can be copied from there
    trainer._put_back(network, spare)
    assert (network.eval()(ones(5, 3)) == wanted).all()


def test_half_precision_is_for_accelerators_that_have_it(monkeypatch):
    import torch

    assert not devices.supports_bfloat16("cpu") and not devices.supports_bfloat16("mps")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    for capability, wanted in (((7, 5), False), ((8, 0), True), ((9, 0), True)):
        monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device, found=capability: found)
        assert devices.supports_bfloat16("cuda") is devices.supports_bfloat16("cuda:1") is wanted
