"""The limit file of 200 MB against the fastest readers installed, and small uploads from click to description."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from core import ingest, limits
from core.ingest import sandbox

READERS = {
    "pyarrow": "import pyarrow.csv as c; c.read_csv(p)",
    "pandas, C engine": "import pandas as c; c.read_csv(p)",
    "pandas, pyarrow engine": "import pandas as c; c.read_csv(p, engine='pyarrow')",
}
SMALL_BYTES = 1_000_000


def large(path: Path, size: int) -> None:
    """A table of 15 columns of numbers, classes and dates, just below this many bytes and 2 million rows."""
    draw = np.random.default_rng(0)
    towns = np.array(["north", "south", "east", "west", "somewhere in between"])
    with open(path, "w", encoding="utf-8") as file:
        file.write("age,income,score,visits,town,bought,day," + ",".join(f"m{i}" for i in range(8)) + "\n")
        while file.tell() < size - 1_500_000:
            count = 10_000
            ages, visits = draw.integers(18, 90, count), draw.integers(0, 500, count)
            money, score = draw.normal(4e4, 9e3, count), draw.normal(size=count)
            where, bought = draw.choice(towns, count), draw.choice(["yes", "no"], count)
            days = draw.integers(1, 29, count)
            more = [",".join(f"{value:.5f}" for value in row) for row in draw.normal(size=(count, 8))]
            file.writelines(
                f"{ages[i]},{money[i]:.2f},{score[i]:.6f},{visits[i]},{where[i]},{bought[i]},2021-03-{days[i]:02d},{more[i]}\n"
                for i in range(count)
            )


def small(kind: str) -> bytes:
    """About a megabyte of one kind of table."""
    rows = [f"{i % 70};{i * 1.37:.2f};{('grün', 'blau', 'rot')[i % 3]};{('ja', 'nein')[i % 2]}" for i in range(45_000)]
    text = "\n".join(["alter;preis;farbe;gekauft", *rows])
    if kind == "decimal commas, Windows-1252":
        return text.replace(".", ",").encode("cp1252")
    if kind == "open quote":
        lines = text.split("\n")
        lines[40] = lines[40].replace("ja", '"ja')
        return "\n".join(lines).encode()
    if kind == "Cyrillic, Windows-1251":
        return text.replace("grün", "зелёный").replace("blau", "синий").replace("rot", "красный").encode("cp1251")
    return text.encode()


def timed(command: list[str]) -> tuple[float, float, float]:
    """Wall seconds, CPU-seconds and peak megabytes of one process."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    watched = f"import resource,subprocess,sys; r=subprocess.run({command!r}, stdout=subprocess.DEVNULL).returncode; "
    watched += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss); sys.exit(r)"
    done = subprocess.run([sys.executable, "-c", watched], capture_output=True, text=True, check=True, cwd=sandbox.ROOT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, spent, float(done.stdout) / 1_000


def main() -> None:
    """Prints seconds, ratios and memory."""
    with tempfile.TemporaryDirectory() as room:
        path = Path(room) / "limit.csv"
        large(path, limits.UPLOAD_BYTES)
        size = path.stat().st_size / 1e6
        print(f"the limit file: {size:.0f} MB")
        found = {}
        for name, body in READERS.items():
            found[name] = timed([sys.executable, "-c", f"p={str(path)!r}; {body}"])
        ours = f"from core import ingest; ingest.read_upload({str(path)!r}, 'a.csv', folder={str(Path(room) / 'p')!r})"
        look = f"from core import ingest; ingest.inspect({str(path)!r}, 'a.csv', target='bought')"
        found["ours, inspected"] = timed([sys.executable, "-c", look])
        found["ours, received with its parcel"] = timed([sys.executable, "-c", ours])
        fastest = [min(found[name][place] for name in READERS) for place in (0, 1)]
        for name, (wall, cpu, peak) in found.items():
            print(
                f"{name:32} {wall:6.1f} s ({wall / fastest[0]:.1f} x), {cpu:6.1f} CPU-s ({cpu / fastest[1]:.1f} x), "
                f"peak {peak:,.0f} MB ({peak / size:.1f} x its size)"
            )
        for kind in ("plain", "decimal commas, Windows-1252", "Cyrillic, Windows-1251", "open quote"):
            place = Path(room) / "small.csv"
            place.write_bytes(small(kind))
            began, before = time.perf_counter(), os.times()
            told = ingest.inspect(place, "small.csv", target="gekauft")
            after = os.times()
            cpu = after.children_user + after.children_system - before.children_user - before.children_system
            print(f"small, {kind}: {time.perf_counter() - began:.2f} s, {cpu:.2f} CPU-s, {told['rows']:,} rows")
