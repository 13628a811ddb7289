"""Use H: autonomous systems. A pole is balanced from its state and from pixels, with and without a network."""

from __future__ import annotations

from core import registry
from core.judging import chance_level, use_case_rules
from core.models.control import rollouts
from core.scenarios.autonomous import episode_study
from core.schema import Contest, Dataset, Outcome, Plan, ProgressCallback, Scenario, Task, Verdict

EPISODES = 100
PERFECT = 99.0


def states(seed: int) -> tuple[Dataset, Task]:
    """Place, speed, angle and turning are told."""
    return rollouts.episode_dataset("states", EPISODES, seed), rollouts.TASK


def pixels(seed: int) -> tuple[Dataset, Task]:
    """Only a tiny picture is shown, drawn by Crossover itself."""
    return rollouts.episode_dataset("pixels", EPISODES, seed), rollouts.TASK


@chance_level.abstain_at_chance
def judge(scenario: Scenario, contest: Contest) -> Verdict:
    """Stands if the network is better on both parts; a classical controller that is as good or better refutes it.

    One that stays within a point of never falling in every fold refutes it too: nothing is left to be better by.
    """
    outcomes: list[Outcome] = []
    said = []
    for place, part in enumerate(use_case_rules.parts_of(contest)):
        found = use_case_rules.family_comparison(part["families"], part["comparisons"], "deep", "classical")
        outcome = use_case_rules.outcome_of(found)
        perfect = found is not None and min(skills(contest, place, found["right"]), default=0.0) >= PERFECT
        outcomes.append("contradicted" if outcome == "tied" or perfect else outcome)
        if found is None:
            said.append(f"{part['title']}: not both sides finished")
            continue
        said.append(f"{part['title']}: deep {use_case_rules.lead_in_points(found)} against classical")
        if perfect:
            said[-1] += ", which never falls"
    because = "; ".join(said) + ". The document says that only networks can: being equalled refutes it."
    return Verdict(scenario.key, use_case_rules.combine_outcomes(outcomes), because, contest.regime)


def skills(contest: Contest, place: int, key: str) -> list[float]:
    """A contestant's skill, fold by fold, in the contest (place 0) or in a further part."""
    if place == 0:
        return [fit.skill for run in contest.runs if run.contestant == key for fit in run.fits if fit.skill is not None]
    runs = contest.parts[place - 1]["runs"]
    return [skill for run in runs if run["contestant"] == key for skill in run.get("skill", ()) if skill is not None]


def study(contest: Contest, seed: int, on_progress: ProgressCallback) -> dict:
    """Both driving side by side, and return against steps of experience over several seeds."""
    there = registry.discover("contestants")
    players = [there[run.contestant] for run in contest.runs if run.contestant in there and not run.error]
    return {"sections": episode_study.episode_sections(players, contest, seed, on_progress)}


SCENARIO = Scenario(
    key="autonomous",
    title="Autonomous systems",
    use_case="autonomous",
    says="Driving and robotics need deep reinforcement learning and perception; other methods cannot.",
    favours="deep",
    modality="control",
    load=states,
    more=(("CartPole-v1 from pixels", pixels),),
    judge=judge,
    study=study,
    plan=Plan(folds=5, repeats=1, fixed_folds=True, budget_seconds=44.0, explain=False),
    limits={"steps": 500},
    about="gymnasium's CartPole-v1: a unit is an episode, its score the steps until the pole falls, at most 500. Skill "
    "0 is pushing at random, 100 is never falling. From pixels: a picture of 4 x 32 pixels drawn by Crossover and what "
    "changed in it. The claim is that only networks can drive, so a classical controller that is as good, or "
    "that stays within a point of never falling in every fold, refutes it. A cart with a pole is a small world: it "
    "tells nothing about traffic.",
    rule="the claim says that only networks can drive, so it holds only if they are clearly better from the "
    "state and from pixels; a classical controller that is as good, or never falls, contradicts it.",
    own_data="not here: an environment is a program, and uploaded programs are never run",
)
