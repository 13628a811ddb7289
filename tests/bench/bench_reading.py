"""Seconds that tables take to be read, beside those of the readers before they were widened, and beside pandas."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
# The readers of tables as they were before the twenty kinds of files were mended.
BEFORE = "a057a95"
ROWS, ROUNDS, TIMES = 10_000, 5, 3
MOST = 1.10
CHILD = (
    "import sys, time; from pathlib import Path; from core import ingest; path = Path(sys.argv[1]); "
    "ingest.read(path, modality='table'); spent = []\n"
    "for _ in range(int(sys.argv[2])):\n"
    "    began = time.process_time(); ingest.read(path, modality='table'); spent.append(time.process_time() - began)\n"
    "print(min(spent))"
)
PANDAS = CHILD.replace("from core import ingest", "import pandas as pd").replace(
    "ingest.read(path, modality='table')", "getattr(pd, sys.argv[3])(path)"
)


def frame() -> pd.DataFrame:
    """A table of numbers, words, dates and classes as people upload them."""
    draw = np.random.default_rng(0)
    return pd.DataFrame(
        {
            **{f"m{place}": draw.normal(size=ROWS).round(4) for place in range(6)},
            "age": draw.integers(18, 90, ROWS),
            "town": draw.choice(["north", "south", "east", "west"], ROWS),
            "day": pd.Timestamp("2021-01-01") + pd.to_timedelta(draw.integers(0, 700, ROWS), "D"),
            "bought": draw.choice(["yes", "no"], ROWS),
        }
    )


def _commas(path: Path) -> None:
    frame().to_csv(path, index=False, sep=";", decimal=",", date_format="%d.%m.%Y")


def _texts(path: Path) -> None:
    words = np.array(["good", "bad", "room", "clean", "the", "was", "a", "very", "film"])
    draw = np.random.default_rng(1)
    texts = [" ".join(draw.choice(words, 12)) for _ in range(ROWS)]
    pd.DataFrame({"text": texts, "label": draw.choice(["pos", "neg"], ROWS)}).to_csv(path, index=False)


WRITERS: dict[str, tuple[str, Callable[[Path], object], str]] = {
    "plain CSV": ("a.csv", lambda path: frame().to_csv(path, index=False), "read_csv"),
    "decimal commas": ("b.csv", _commas, "read_csv"),
    "texts": ("c.csv", _texts, "read_csv"),
    "Parquet": ("d.parquet", lambda path: pd.concat([frame()] * 20).to_parquet(path, index=False), "read_parquet"),
    "Excel": ("e.xlsx", lambda path: frame().head(ROWS // 10).to_excel(path, index=False), "read_excel"),
}


def seconds(code: str, root: Path, *arguments: str) -> float:
    """The least CPU-seconds of several readings in one process of this source tree."""
    environment = {**os.environ, "PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code, arguments[0], str(TIMES), *arguments[1:]]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root, env=environment)
    return float(done.stdout.split()[-1])


def unpack_before(folder: Path) -> Path | None:
    """The source tree of the commit before; None where there is no repository that holds it."""
    found = subprocess.run(["git", "archive", BEFORE, "core"], capture_output=True, cwd=ROOT, check=False)
    if found.returncode:
        return None
    with tarfile.open(fileobj=BytesIO(found.stdout)) as held:
        held.extractall(folder, filter="data")
    return folder


def main() -> int:
    """Prints the ratios; 1 where a kind of file takes more than a tenth longer than before."""
    slower = 0
    with tempfile.TemporaryDirectory() as room:
        before = unpack_before(Path(room) / "before")
        if before is None:
            print(f"no repository with the commit {BEFORE}: beside pandas only")
        for kind, (name, write, function) in WRITERS.items():
            path = Path(room) / name
            write(path)
            spent: dict[str, list[float]] = {"now": [], "before": [], "pandas": []}
            for _ in range(ROUNDS):
                spent["now"].append(seconds(CHILD, ROOT, str(path)))
                if before is not None:
                    spent["before"].append(seconds(CHILD, before, str(path)))
                spent["pandas"].append(seconds(PANDAS, ROOT, str(path), function))
            now, other = statistics.median(spent["now"]), statistics.median(spent["pandas"])
            said = f"{kind:15} {now:.3f} CPU-s, {now / other:5.2f} x pandas"
            if spent["before"]:
                ratio = statistics.median(a / b for a, b in zip(spent["now"], spent["before"], strict=True))
                slower += ratio > MOST
                said += f", {ratio:.2f} x before" + ("  SLOWER" if ratio > MOST else "")
            print(said, flush=True)
    return int(slower > 0)


if __name__ == "__main__":
    sys.exit(main())
