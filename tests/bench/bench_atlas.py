"""What the shipped atlas is worth: coverage and regret of the expectation before training, and of quick answers."""

from __future__ import annotations

import numpy as np

from core.atlas.data_prior import DEFAULTS, DataPrior, measure_quality
from core.atlas.entry_store import read_entries, stale_reason
from core.atlas.halving_replay import replay_halving
from core.atlas.prior_facts import prior_cases
from core.evaluation import uncertainty

NAMES = {"classical": "always classical", "deep": "always deep", "usual": "the family best on the others"}


def main() -> None:
    """Prints figures of the shipped entries, and the coverage on made populations."""
    entries = list(read_entries().entries.values())
    stale = sum(bool(stale_reason(one)) for one in entries)
    print(f"{len(entries)} shipped entries, {stale} of them played by other code than the installed one")
    _expectation(prior_cases(entries))
    _made_coverage()
    _quick_answers(entries)


def _expectation(cases) -> None:
    found = measure_quality(cases)
    print(f"Expectation before training, {found.datasets} data sets left out one at a time")
    if found.shortfall:
        print(f"  knows no better than the default: {found.shortfall}")
    if found.gains:
        print(f"  coverage of the 90 % interval {found.coverage:.1%}; regret {found.regret:.2f} points, at "
              f"{found.work:.0%} of the training of all families")  # fmt: skip
        for name in DEFAULTS:
            saved = found.gains[name]
            print(f"  {NAMES[name]}: regret {found.defaults[name]:.2f}; saved {saved.middle:+.2f} "
                  f"(90 % interval {saved.low:+.2f} to {saved.high:+.2f})")  # fmt: skip


def _made_coverage() -> None:
    from tests.atlas.test_data_prior import made

    print("Coverage of the 90 % interval on made populations, 1,200 new data sets each (goal: 87 to 93 %)")
    for count in (30, 63):
        rng, held = np.random.default_rng(count), []
        for _ in range(60):
            prior = DataPrior(made(count, rng))
            held += [prior.expect(case).deep.holds(case.gap) for case in made(20, rng)]
        print(f"  {count} data sets: {np.mean(held):.1%}")


def _quick_answers(entries) -> None:
    for half in ("confirmation", "development"):
        found = [one for entry in entries if entry.half == half and (one := replay_halving(entry)) is not None]
        print(f"Quick answers on {len(found)} entries of the {half} half, replayed from their folds")
        for one in found:
            print(f"  {one.entry}: {one.chosen}, regret {one.regret:.2f} points at {one.work:.0%} of the work")
        if len(found) > 1:
            said = uncertainty.corrected_t([one.regret for one in found], 0.0, 0.0)
            work = np.mean([one.work for one in found])
            print(f"  mean regret {said.gap:.2f} points (90 % interval {said.low:.2f} to {said.high:.2f}; goal: .5 at "
                  f"most), mean work {work:.0%}")  # fmt: skip


if __name__ == "__main__":
    main()
