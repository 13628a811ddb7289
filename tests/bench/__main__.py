"""Runs every bench file in a process of its own and prints what it measured: ``python -m tests.bench [NAME]``."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main(wanted: list[str]) -> int:
    """Runs the named benches (without the ``bench_`` prefix), or all; returns how many failed."""
    failed = 0
    for path in sorted(Path(__file__).parent.glob("bench_*.py")):
        if wanted and path.stem.removeprefix("bench_") not in wanted:
            continue
        print(f"== {path.stem.removeprefix('bench_')}", flush=True)
        module = f"tests.bench.{path.stem}"
        failed += (
            subprocess.run([sys.executable, "-c", f"from {module} import main; main()"], check=False).returncode != 0
        )
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
