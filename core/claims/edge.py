"""Row 8, edge deployment: exported for a device, which model is smaller and quicker?"""

from __future__ import annotations

from collections.abc import Sequence

from core.deployment import edge_benchmark
from core.evaluation import uncertainty
from core.judging import votes
from core.judging.vote_wording import format_factor, format_values
from core.schema import Claim, Contest, MeasurementResult, Outcome, Verdict


def vote(contest: Contest) -> votes.ClaimVote | None:
    """Latency and bytes of both exports, and what the deep one fits on."""
    both = votes.reading_pair(contest, "edge")
    if both is None:
        return None
    time = votes.ratio_posterior(both[0].values, both[1].values)
    size = votes.ratio_posterior([_bytes(both[0])], [_bytes(both[1])])
    fits = {family: _fits(one) for family, one in zip(("deep", "classical"), both, strict=True)}
    because = (
        f"Exported and run on one thread, the deep contestant answers in {format_factor(time)} the time of the "
        f"classical one and takes {format_factor(size)} its bytes; the classical export fits {fits['classical']}, the "
        f"deep one {fits['deep']}."
    )
    found = votes.family_readings(contest, "edge")
    measured = " | ".join(
        f"{family} {format_values(one.values, 'ms')}, {edge_benchmark.format_bytes(_bytes(one))}"
        for family, one in found.items()
    )
    numbers = {"log10_time": [time.gap, time.low, time.high], "log10_bytes": size.gap, "fits": fits}
    return votes.ClaimVote(_decided(time, size), because, measured, numbers)


def _bytes(reading: MeasurementResult) -> float:
    return float(reading.detail["bytes"])


def _fits(reading: MeasurementResult) -> str:
    devices = [name for name, found in dict(reading.detail.get("devices", {})).items() if found.get("fits")]
    return ", ".join(f"a {name}" for name in devices) or "none of the devices"


def _decided(time: uncertainty.Posterior, size: uncertainty.Posterior) -> Outcome:
    found = {votes.outcome_of(time), votes.outcome_of(size)}
    if found <= {"supported", "tied"}:
        return "supported" if "supported" in found else "tied"
    return "contradicted" if found <= {"contradicted", "tied"} else "undecided"


def judge(claim: Claim, contests: Sequence[Contest]) -> Verdict:
    """Supported when the classical export is smaller or quicker and in neither way worse."""
    return votes.combine_votes(claim, contests, vote)


CLAIM = Claim(
    key="edge",
    row=8,
    title="Edge & on-device deployment",
    says="Light models have fitted constrained hardware all along; distilled networks have reached phones.",
    favours="classical",
    needs=("edge",),
    judge=judge,
    rule="Both are exported to ONNX, checked against their originals, and answer single rows in a fresh process on one "
    "thread. Time and bytes each count beyond a factor of 1.25: supported when the classical export is ahead in one "
    "and not behind in the other, contradicted in the mirrored case, tied when level in both, else undecided.",
    evidence=("edge",),
)
