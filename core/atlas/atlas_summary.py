"""The summary of the atlas that pages read: population verdicts, made from the entries and checked by them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.atlas import code_versions
from core.atlas.entries import AtlasEntry, EntryError
from core.atlas.entry_store import ENTRIES, entries_digest, read_entries
from core.atlas.layer_population import judge_layer
from core.atlas.populations import PopulationVerdict, judge_populations
from core.atlas.prior_facts import PriorCase, prior_cases
from core.storage import json_codec, paths

SCHEMA = 1
SUMMARY = ENTRIES.parent / "populations.json"
MOST_BYTES = 2_000_000


@dataclass(frozen=True)
class PlayedBy:
    """The code that played one entry: the version of the scoring, and contestant -> version."""

    scoring: str
    contestants: Mapping[str, str]


@dataclass(frozen=True)
class AtlasSummary:
    """What the shipped entries say, all together.

    Attributes:
        digest: of the files of the entries. entries, datasets: how many there are, of both halves; confirmation: data
            sets on which claims are judged. modalities: kind of data -> data sets. machines: on which was played.
        first, latest: dates of the oldest and the newest entry. crowded: entries timed beside other work.
        verdicts: one a claim that the atlas measures. played_by: entry -> the code that played it. prior: what is
            expected on new data follows from these, one a data set of either half.
    """

    schema: int
    digest: str
    entries: int
    datasets: int
    confirmation: int
    modalities: Mapping[str, int]
    machines: tuple[str, ...]
    first: str
    latest: str
    crowded: int
    verdicts: tuple[PopulationVerdict, ...]
    played_by: Mapping[str, PlayedBy]
    prior: tuple[PriorCase, ...] = ()

    def verdict(self, claim: str) -> PopulationVerdict | None:
        """The verdict on a claim, None where the atlas does not measure it."""
        return next((one for one in self.verdicts if one.claim == claim), None)


def summarize(entries: Mapping[str, AtlasEntry], digest: str) -> AtlasSummary:
    """The summary of entries.

    Args:
        entries: name -> entry. digest: of their files.
    """
    every = list(entries.values())
    sets = {one.source: one for one in every}
    kinds = [one.facts.modality for one in sets.values()]
    return AtlasSummary(
        schema=SCHEMA, digest=digest, entries=len(every), datasets=len(sets),
        confirmation=sum(one.half == "confirmation" for one in sets.values()),
        modalities={kind: kinds.count(kind) for kind in sorted(set(kinds))}, machines=_machines(every),
        first=min((one.finished for one in every), default=""), latest=max((one.finished for one in every), default=""),
        crowded=sum(one.beside_other_work for one in every), verdicts=(*judge_populations(every), judge_layer(every)),
        played_by={
            name: PlayedBy(one.scoring, {player.key: player.version for player in one.contestants})
            for name, one in entries.items()
        },
        prior=prior_cases(every),
    )  # fmt: skip


def _machines(entries: Sequence[AtlasEntry]) -> tuple[str, ...]:
    told = (f"{one.machine.cpu or 'unknown processor'}, {one.machine.cores or 1:g} cores" for one in entries)
    return tuple(dict.fromkeys(told))


def write_summary(folder: Path = ENTRIES, path: Path = SUMMARY) -> AtlasSummary:
    """Makes the summary of all entries that can be used, and writes it whole or not at all.

    Args:
        folder: of the entries. path: of the summary.
    """
    made = summarize(read_entries(folder).entries, entries_digest(folder))
    plain = _rounded(json_codec.to_plain(made))
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    paths.write_atomically(path, text + "\n", mode=0o666)
    return read_summary(folder, path)


def _rounded(value: object) -> object:
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list) else value


def read_summary(folder: Path = ENTRIES, path: Path = SUMMARY) -> AtlasSummary:
    """The shipped summary.

    Args:
        folder: of the entries that it must have been made from. path: of the summary.

    Raises:
        EntryError: the file is missing, cannot be used, or was made from other entries.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise EntryError(f"{path.name} is larger than {MOST_BYTES:,} bytes")
        found = json_codec.from_json(AtlasSummary, path.read_bytes())
    except (OSError, json_codec.CodecError) as error:
        raise EntryError(f"{path.name} cannot be used: {error}") from error
    if found.schema != SCHEMA:
        raise EntryError(f"{path.name} has version {found.schema} of its format, this program reads version {SCHEMA}")
    if found.digest != entries_digest(folder):
        raise EntryError(f"{path.name} was made from other entries than those in {folder.name}; make atlas writes it")
    return found


def stale_entries(summary: AtlasSummary) -> tuple[str, ...]:
    """Names of the entries that were played by other code than the installed one.

    It reads the code of every contestant, which takes about a second the first time in a process.

    Args:
        summary: with who played what.
    """
    return tuple(
        name for name, one in summary.played_by.items() if code_versions.other_code(one.scoring, one.contestants)
    )
