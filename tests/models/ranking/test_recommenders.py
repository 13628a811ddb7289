"""Recommenders on worlds whose best items are known, the score by hand, and ratings nobody can learn from."""

import json

import numpy as np
import pytest

from core import registry
from core.features import interaction_data
from core.models.ranking import recommenders
from core.schema import Budget, LoadError

KEYS = ("ranking_popularity", "ranking_neighbours", "ranking_factors", "ranking_towers", "ranking_hybrid")


def quiet(news):
    pass


def clans(users=150, clans=4, items=15, taken=8, seed=0):
    """Every user belongs to a clan and only takes that clan's items: the best lists are known."""
    draw = np.random.default_rng(seed)
    people, things, values = [], [], []
    for user in range(users):
        for item in draw.permutation(items)[:taken]:
            people.append(user)
            things.append(f"{user % clans}-{item:02d}")
            values.append(draw.integers(3, 6))
    values[0] = 1
    return interaction_data.interaction_dataset(np.array(people), np.array(things), np.array(values), "clans")


def cut(dataset):
    rows = np.random.default_rng(1).permutation(len(dataset))
    return dataset.take(rows[:90]), dataset.take(rows[90:120]), dataset.take(rows[120:])


@pytest.mark.parametrize("key", KEYS)
def test_every_recommender_answers_and_finds_the_known_best_items(key):
    dataset = clans()
    train, valid, test = cut(dataset)
    player = registry.find("contestants", key)
    assert player.unsupported_reason(dataset, interaction_data.TASK) is None
    told = []
    model = player.fit(train, valid, interaction_data.TASK, Budget(seconds=3, seed=1), told.append)
    scores = model.predict(test.inputs)
    assert scores.shape == (len(test),) and scores.min() >= 0 and scores.max() <= 1
    names = np.array(dataset.facts["items"])
    own = [names[int(past[0, 0])][0] for past in interaction_data.histories(test.inputs)]
    lists = model.lists(test.inputs)[:, :5]
    same = np.mean([[name[0] == clan for name in names[row]] for row, clan in zip(lists, own, strict=True)])
    assert same > (0.1 if key == "ranking_popularity" else 0.9)
    if key != "ranking_popularity":
        assert scores.mean() > 4 * dataset.facts["score_of_chance"]
    one = {name: test.inputs[name].to_numpy()[:1] for name in test.inputs.columns}
    assert model.predict(one) == pytest.approx(scores[:1])
    assert model.saved()[:2] == b"PK" and json.dumps(model.describe()) and model.parameters > 0
    assert any(news.score is not None for news in told)
    with pytest.raises(ValueError, match="no single decision"):
        model.explain(test.inputs, train.inputs)


@pytest.mark.parametrize("key", KEYS)
def test_nothing_of_the_past_is_recommended_again(key):
    train, valid, test = cut(clans(seed=2))
    model = registry.find("contestants", key).fit(train, valid, interaction_data.TASK, Budget(seconds=1), quiet)
    for row, past in zip(model.lists(test.inputs), interaction_data.histories(test.inputs), strict=True):
        assert not set(row.tolist()) & set(past[:, 0].astype(int).tolist()) and len(set(row.tolist())) == len(row)


@pytest.mark.parametrize("key", KEYS)
def test_a_user_with_unknown_items_only_still_gets_a_list(key):
    train, valid, _ = cut(clans(seed=3))
    model = registry.find("contestants", key).fit(train, valid, interaction_data.TASK, Budget(seconds=1), quiet)
    stranger = {"past": np.array(["[[9999, 1.0]]"], object), "future": np.array(["[[3, 1.0]]"], object)}
    nobody = {"past": np.array(["[]"], object), "future": np.array(["[[3, 1.0]]"], object)}
    assert np.isfinite(model.predict(stranger)).all() and len(set(model.lists(stranger)[0].tolist())) == 10
    assert model.lists(stranger).tolist() == model.lists(nobody).tolist()


def test_the_score_by_hand():
    held = [np.array([[4, 1.0], [7, 0.5]])]
    lists = np.array([[7, 1, 4, 0, 2]])
    ideal = 1.0 + 0.5 / np.log2(3)
    assert interaction_data.ndcg_at_k(lists, held)[0] == pytest.approx((0.5 + 1.0 / 2) / ideal)
    assert interaction_data.ndcg_at_k(np.array([[4, 7, 0, 1, 2]]), held)[0] == pytest.approx(1)
    assert (
        interaction_data.recall_at_k(lists, held)[0] == 1
        and interaction_data.recall_at_k(np.array([[0, 1]]), held)[0] == 0
    )


def test_chance_is_what_random_lists_score():
    dataset = clans(users=120)
    items = len(dataset.facts["items"])
    draw = np.random.default_rng(5)
    known = interaction_data.interaction_matrix(interaction_data.histories(dataset.inputs), items)
    held = interaction_data.held_back_items(dataset.inputs)
    found = [
        interaction_data.ndcg_at_k(interaction_data.top_k(draw.random(known.shape), known), held).mean()
        for _ in range(60)
    ]
    assert np.mean(found) == pytest.approx(dataset.facts["score_of_chance"], rel=0.1)


def test_the_newest_ratings_are_held_back():
    users = np.repeat([f"{user:02d}" for user in range(40)], 10)
    items = np.tile(np.arange(20), 20)
    when = np.tile(np.arange(10), 40)
    values = np.where(when % 2 == 0, 5, 2)
    dataset = interaction_data.interaction_dataset(users, items, values, "timed", order=when)
    codes = {name: place for place, name in enumerate(dataset.facts["items"])}
    for row, (past, future) in enumerate(
        zip(interaction_data.histories(dataset.inputs), interaction_data.held_back_items(dataset.inputs), strict=True)
    ):
        start = 10 * row % 20
        assert set(future[:, 0].astype(int)) == {codes[str(start + k)] for k in (7, 8, 9)} and len(past) == 7
    assert dataset.facts["held_by"] == "time"


def test_ratings_nobody_can_learn_from_are_refused_in_words():
    with pytest.raises(LoadError, match="There is 1 user"):
        interaction_data.interaction_dataset(np.zeros(30), np.arange(30), np.arange(30), "alone")
    with pytest.raises(LoadError, match="items; a ranking of ten needs more"):
        interaction_data.interaction_dataset(np.arange(60) // 2, np.arange(60) % 2, np.arange(60), "two")
    with pytest.raises(LoadError, match="all equal"):
        interaction_data.interaction_dataset(np.arange(60) // 20, np.arange(60) % 20, np.ones(60), "flat")
    with pytest.raises(LoadError, match="users have 6 ratings or more"):
        interaction_data.interaction_dataset(np.arange(60) // 20, np.arange(60) % 20, np.arange(60), "few")
    few = clans().take(np.arange(5))
    assert "too few to learn taste" in registry.find("contestants", "ranking_towers").unsupported_reason(
        few, interaction_data.TASK
    )


def test_factors_recover_a_matrix_of_known_rank():
    draw = np.random.default_rng(0)
    matrix = (draw.random((30, 2)) @ draw.random((2, 25)) > 0.5).astype(float)
    things = draw.normal(0, 0.1, (25, 4))
    for _ in range(8):
        people = recommenders.solve_factors(matrix, things)
        things = recommenders.solve_factors(matrix.T, people)
    made = recommenders.solve_factors(matrix, things) @ things.T
    assert made[matrix > 0].mean() > 0.8 and made[matrix > 0].mean() > made[matrix == 0].mean() + 0.5
    assert (recommenders.solve_factors(np.zeros((1, 25)), things) == 0).all()
