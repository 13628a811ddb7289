"""Runs the whole corpus, through the reader child if asked, and prints what is wrong: ``python -m tests.hostile.run``."""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from core import ingest
from tests.hostile.case import inspect_here, wrongs
from tests.hostile.corpus import corpus


def main(arguments: list[str]) -> int:
    """Arguments: ``child`` to use the reader child; other words choose cases whose key holds one of them."""
    through_child = "child" in arguments
    words = [word for word in arguments if word != "child"]
    bad = count = 0
    most = 0.0
    with tempfile.TemporaryDirectory() as folder:
        for case in corpus():
            if words and not any(word in case.key for word in words):
                continue
            path = case.write(Path(folder))
            start = time.perf_counter()
            if through_child or case.child:
                told = ingest.inspect(path, case.name, case.modality, case.target)
            else:
                told = inspect_here(case, path)
            seconds = time.perf_counter() - start
            found = wrongs(case, told)
            if seconds > 10:
                found.append(f"took {seconds:.1f} s")
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e3
            if peak > most:
                most = peak
                print(f"largest reader so far: {peak:,.0f} MB at {case.key} ({seconds:.1f} s)")
            path.unlink()
            count += 1
            bad += bool(found)
            if found or words:
                print(f"{'WRONG' if found else 'right'} {case.key} ({seconds:.2f} s): {'; '.join(found) or told}")
    print(f"{count - bad} of {count} right")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
