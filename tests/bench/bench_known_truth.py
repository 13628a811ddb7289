"""How often the shipped contestants and verdict name a false winner on tables whose truth is known, over many draws."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests import known_truth

DRAWS = 20
ALLOWED = 0.05
LARGE = 10.0


def main() -> None:
    """Prints winners by table over twenty draws; exits with 1 where more than 5 % are false."""
    false, played = 0, 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        for name, table in known_truth.TABLES.items():
            contests = [known_truth.play(name, seed, folder) for seed in range(DRAWS)]
            winners = Counter(known_truth.winning_family(contest) for contest in contests)
            if table.nothing:
                wrong, truth = winners["deep"] + winners["classical"], "nothing to learn"
            else:
                gap = known_truth.true_gap(contests[0], name, folder, draws=8)
                wrong = winners["classical" if gap > 0 else "deep"]
                truth = f"deep - classical {gap:+.1f} points on fresh tables"
            false, played = false + wrong, played + DRAWS
            print(f"  {name} ({table.rows} rows; {truth}): {dict(winners)}, false {wrong}", flush=True)
    print(f"  false winners: {false} of {played} (allowed: {ALLOWED:.0%})")
    sys.exit(int(false > ALLOWED * played))
