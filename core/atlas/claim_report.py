"""Every claim with its shipped population verdict and, where contests are given, with their own verdict beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core import registry, verdicts
from core.atlas.atlas_summary import AtlasSummary, stale_entries
from core.schema import Contest, JsonObject
from core.storage import history_archive, json_codec
from core.units import format_percent


def report_claims(summary: AtlasSummary | None, contests: Sequence[Contest]) -> JsonObject:
    """What ``python -m core claims --json`` prints.

    Args:
        summary: of the atlas, None where it cannot be used. contests: of a history; empty gives no own verdicts.

    Returns:
        {"atlas": facts of the shipped evidence, "contests": how many, "claims": [{"key", "row", "section", "title",
        "says", "favours", "shipped": population verdict or None, "own": verdict or None}]}.
    """
    own = {one.claim: one for one in verdicts.judge(contests)} if contests else {}
    claims = sorted(registry.discover("claims").values(), key=lambda claim: (claim.section != "table", claim.row))
    told = [
        {
            "key": claim.key, "row": claim.row, "section": claim.section, "title": claim.title, "says": claim.says,
            "favours": claim.favours,
            "shipped": json_codec.to_plain(found) if summary and (found := summary.verdict(claim.key)) else None,
            "own": json_codec.to_plain(own[claim.key]) if claim.key in own else None,
        }
        for claim in claims
    ]  # fmt: skip
    return {"atlas": _atlas_facts(summary), "contests": len(contests), "claims": told}


def _atlas_facts(summary: AtlasSummary | None) -> JsonObject | None:
    if summary is None:
        return None
    return {
        "entries": summary.entries, "datasets": summary.datasets, "confirmation": summary.confirmation,
        "modalities": dict(summary.modalities), "machines": list(summary.machines), "first": summary.first,
        "latest": summary.latest, "beside_other_work": summary.crowded, "stale": list(stale_entries(summary)),
        "digest": summary.digest,
    }  # fmt: skip


def report_lines(told: JsonObject) -> list[str]:
    """The report for people, two or three lines a claim.

    Args:
        told: what ``report_claims`` returned.
    """
    lines = []
    for claim in told["claims"]:
        lines.append(f"{claim['row']} {claim['title']}: {claim['says']}")
        shipped, own = claim["shipped"], claim["own"]
        lines.append(f"  shipped: {shipped['outcome']}. {shipped['because']}" if shipped else "  shipped: not measured")
        if shipped and shipped["next_better"] is not None:
            better, equal, worse = (format_percent(shipped[f"next_{name}"]) for name in ("better", "equal", "worse"))
            lines.append(
                f"  on the next data set: {shipped['favours']} better {better}, practically equal {equal}, "
                f"{shipped['other']} better {worse}"
            )
        if own:
            lines.append(f"  yours: {own['outcome']}. {own['because']}")
    return lines


def read_history(path: Path) -> list[Contest]:
    """The contests of a history exported on the page.

    Args:
        path: of the zip.

    Raises:
        LoadError: it is no such export, or one of its runs cannot be read.
    """
    return [run.contest for run in history_archive.read_archive(path) if run.contest is not None]
