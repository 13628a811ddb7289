"""Breaks good files at random and reads them: only LoadError may leave. ``python -m tests.hostile.fuzz --seconds 600``."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from pathlib import Path

from core import ingest
from core.schema import LoadError
from tests.hostile.case import FINE, Built, Case, wrongs
from tests.hostile.corpus import corpus

PIECES = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b"'", b"\\", b"\r", b"\n\n", b",", b";;;;", b"\t", b"=1+1", b"1e999", b"-inf",
    b"PK\x03\x04", b"PK\x05\x06", b"PAR1", b"\x1f\x8b", b"<!DOCTYPE a>", b"\xff" * 8, b"\x00" * 64, b"9" * 400, b"\xe2\x80\xae", b"NaN",
    b"\x80\x04", "é".encode(), "日本".encode("cp932"),
)  # fmt: skip
SLOW_SECONDS = 20.0
LARGEST = 400_000
CHILD_SHARE = 0.2


def seeds() -> list[tuple[str, str | None, bytes]]:
    """Good and awkward files of the corpus that are small: (name, modality, bytes)."""
    found = []
    for case in corpus():
        data = case.data() if isinstance(case.data, Built) else case.data
        if callable(data) or case.child or len(data) > LARGEST or not data:
            continue
        if case.outcome == FINE or "load" in case.outcome or _interesting(case):
            found.append((case.name, case.modality, data))
    return found


def _interesting(case: Case) -> bool:
    return case.security or "load_with_warning" in case.outcome


def mutate(data: bytes, chance: random.Random) -> bytes:
    """One to six random wounds: bytes flipped, cut, repeated, swapped or put in."""
    held = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        if not held:
            return bytes(held)
        place = chance.randrange(len(held))
        length = min(len(held) - place, chance.choice((1, 2, 4, 16, 64, 400)))
        kind = chance.randrange(7)
        if kind == 0:
            held[place] ^= 1 << chance.randrange(8)
        elif kind == 1:
            held[place : place + length] = bytes(chance.randrange(256) for _ in range(length))
        elif kind == 2:
            del held[place : place + length]
        elif kind == 3:
            held[place:place] = held[place : place + length] * chance.choice((1, 2, 20))
        elif kind == 4:
            held[place:place] = chance.choice(PIECES)
        elif kind == 5:
            held = held[: max(1, place)] if chance.random() < 0.2 else held
        else:
            other = chance.randrange(len(held))
            held[place], held[other] = held[other], held[place]
    return bytes(held)


def attempt(path: Path, name: str, modality: str | None) -> str | None:
    """Reads one file in this process; what is wrong, or None.

    The reading goes past the net of ``ingest.read`` that words unknown failures, so that every one of them is seen.
    """
    from core import registry
    from core.ingest.inspection import inspect_dataset

    if name.endswith(".parquet"):
        return _through_child(path, name, modality)
    start = time.perf_counter()
    wrong = None
    try:
        key = modality or ingest.detect_modality(path, name)
        dataset = registry.find("modalities", key).read(path, name)
        columns = [column.name for column in dataset.columns]
        if dataset.modality == "table":
            ingest.read_as_best_modality(dataset, name, None)
        inspect_dataset(dataset, columns[0] if columns and dataset.modality == "table" else None)
    except LoadError:
        pass
    except MemoryError:
        wrong = "ran out of memory"
    except Exception:
        wrong = traceback.format_exc(limit=-4)
    seconds = time.perf_counter() - start
    return wrong or (f"took {seconds:.0f} s" if seconds > SLOW_SECONDS else None)


def _through_child(path: Path, name: str, modality: str | None) -> str | None:
    """Torn Parquet can end a process from inside Arrow; the reader child must turn that into a refusal."""
    start = time.perf_counter()
    told = ingest.inspect(path, name, modality)
    found = wrongs(Case("fuzz", name, b"", (*FINE, "clear_error")), told)
    seconds = time.perf_counter() - start
    return "; ".join(found) or (f"took {seconds:.0f} s" if seconds > SLOW_SECONDS else None)


def campaign(seconds: float, seed: int = 0, most: int = 10**9, keep: Path | None = None) -> list[str]:
    """Mutates and reads until the time is over or ``most`` files were tried; every distinct failure once."""
    chance = random.Random(seed)
    pool = seeds()
    until = time.monotonic() + seconds
    failures: dict[str, str] = {}
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        while time.monotonic() < until and count < most:
            name, modality, data = chance.choice(pool)
            if name.endswith(".parquet") and chance.random() > CHILD_SHARE:
                continue
            wounded = mutate(data, chance)
            path.write_bytes(wounded)
            wrong = attempt(path, name, modality)
            count += 1
            if wrong:
                last = wrong.strip().splitlines()[-1][:120]
                if last not in failures and keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{len(failures)}_{name}").write_bytes(wounded)
                failures.setdefault(last, f"{name}: {wrong}")
    print(f"{count:,} files tried, {len(failures)} kinds of failure")
    return list(failures.values())


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--keep", type=Path, default=None)
    given = parser.parse_args()
    failures = campaign(given.seconds, given.seed, keep=given.keep)
    for failure in failures:
        print(failure)
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
