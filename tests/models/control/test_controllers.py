"""The cart and its drivers: gymnasium as the oracle, a controller with a known return, and environments that fail."""

import json
from dataclasses import replace

import numpy as np
import pytest

from core import registry
from core.models.control import cartpole, policy_search, rollouts
from core.scenarios.autonomous import episode_study
from core.schema import Budget, LoadError

KEYS = ("control_linear", "control_tuned", "control_dqn", "control_hybrid")


def quiet(news):
    pass


def test_the_cart_moves_as_in_gymnasium():
    gymnasium = pytest.importorskip("gymnasium")
    there = gymnasium.make("CartPole-v1")
    draw = np.random.default_rng(0)
    for seed in range(4):
        seen, _ = there.reset(seed=seed)
        states, over = cartpole.initial_states([seed]), False
        assert states[0] == pytest.approx(seen, abs=1e-6)
        while not over:
            push = int(draw.integers(2))
            seen, _, over, _, _ = there.step(push)
            states, fallen = cartpole.step(states, np.array([push]))
            assert states[0] == pytest.approx(seen, abs=1e-4) and bool(fallen[0]) == over


def test_returns_agree_with_gymnasium_for_a_known_controller():
    gymnasium = pytest.importorskip("gymnasium")
    there = gymnasium.make("CartPole-v1")
    found = rollouts.rollout(lambda seen: seen[:, 2], cartpole.find_environment("states"), np.arange(5))
    for seed in range(5):
        seen, _ = there.reset(seed=seed)
        total, over = 0.0, False
        while not over:
            seen, reward, fallen, late, _ = there.step(int(seen[2] > 0))
            total, over = total + reward, fallen or late
        assert found[seed] == total


def test_known_returns():
    world = cartpole.find_environment("states")
    always = rollouts.rollout(lambda seen: np.ones(len(seen)), world, np.arange(50))
    assert always.min() >= 8 and always.max() <= 11  # pushing one way topples it in nine or ten steps
    good = rollouts.rollout(lambda seen: seen @ np.array([0.1, 0.3, 1.0, 0.7]), world, np.arange(20))
    assert (good == 500).all()


def test_one_episode_does_not_depend_on_its_neighbours():
    world = cartpole.find_environment("states")
    policy = lambda seen: seen[:, 2]  # noqa: E731
    together = rollouts.rollout(policy, world, np.arange(6))
    assert together.tolist() == [rollouts.rollout(policy, world, np.array([k]))[0] for k in range(6)]


def test_pictures_hold_what_the_state_holds():
    before = cartpole.initial_states(np.arange(40)) * [20, 1, 2, 1]
    now, _ = cartpole.step(before, np.arange(40) % 2)
    read, truth = cartpole.state_from_pixels(cartpole.observe_pixels(now, before)), cartpole.observe_state(now, before)
    assert np.abs(read[:, [0, 2]] - truth[:, [0, 2]]).max() < 0.05
    # A tick moves by the speed it began with, so that is what two pictures tell.
    began = cartpole.observe_state(before, before)
    assert np.corrcoef(read[:, 3], began[:, 3])[0, 1] > 0.9 and np.corrcoef(read[:, 1], began[:, 1])[0, 1] > 0.9


@pytest.mark.parametrize("name", ["states", "pixels"])
@pytest.mark.parametrize("key", KEYS)
def test_every_driver_learns_something_and_can_be_shipped(key, name):
    dataset = rollouts.episode_dataset(name, 30, 0)
    player = registry.find("contestants", key)
    assert player.unsupported_reason(dataset, rollouts.TASK) is None
    told = []
    parts = dataset.take(np.arange(14)), dataset.take(np.arange(14, 20)), dataset.take(np.arange(20, 30))
    model = player.fit(parts[0], parts[1], rollouts.TASK, Budget(seconds=1.5, seed=2), told.append)
    returns = model.predict(parts[2].inputs)
    assert returns.shape == (10,) and returns.min() >= 1 and returns.max() <= 500
    if player.family == "classical":
        assert returns.mean() > 300
    facts = model.describe()
    assert json.dumps(facts) and facts["environment_steps"] > 0 and facts["curve"]
    assert model.saved()[:2] == b"PK" and model.parameters > 0
    assert any(news.score is not None and news.cpu_seconds is not None for news in told)
    with pytest.raises(ValueError, match="no single decision"):
        model.explain(parts[2].inputs, parts[0].inputs)


def test_the_scale_goes_from_random_pushes_to_five_hundred():
    facts = rollouts.episode_dataset("states", 12, 0).facts
    assert 18 < facts["score_of_chance"] < 27 and facts["score_of_perfect"] == 500


def test_an_unknown_world_is_refused_in_words():
    with pytest.raises(LoadError, match="no environment 'moon'"):
        rollouts.episode_dataset("moon", 12, 0)
    lost = replace(rollouts.episode_dataset("states", 12, 0), facts={"world": "moon"})
    assert "no environment 'moon'" in registry.find("contestants", "control_dqn").unsupported_reason(
        lost, rollouts.TASK
    )
    few = rollouts.episode_dataset("states", 3, 0)
    assert "too few" in registry.find("contestants", "control_linear").unsupported_reason(few, rollouts.TASK)


def test_an_environment_that_fails_is_a_reason_in_words(monkeypatch):
    def broken(states, actions):
        return states * np.nan, np.zeros(len(states), dtype=bool)

    dataset = rollouts.episode_dataset("states", 20, 0)
    monkeypatch.setitem(cartpole.ENVIRONMENTS, "states", replace(cartpole.ENVIRONMENTS["states"], step=broken))
    reason = registry.find("contestants", "control_linear").unsupported_reason(dataset, rollouts.TASK)
    assert reason == "the environment fails: the environment gave a state that is no number at step 1"
    with pytest.raises(ValueError, match="no number"):
        policy_search.fit_pd_controller(
            dataset.take(np.arange(10)), dataset.take(np.arange(10, 20)), Budget(seconds=1), quiet
        )


def test_experience_is_the_best_so_far_and_its_interval_holds_the_mean():
    player = registry.find("contestants", "control_dqn")
    rows = episode_study.experience_section(
        player, [[[1000.0, 50.0], [2000.0, 20.0]], [[1000.0, 70.0], [3000.0, 500.0]]]
    )
    assert rows[-1]["y"] == pytest.approx((50 + 500) / 2) and rows[0]["y"] == 0
    assert all(row["low"] <= row["y"] <= row["high"] for row in rows)
