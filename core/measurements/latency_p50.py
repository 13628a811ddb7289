"""One answer, median, in milliseconds."""

from __future__ import annotations

from core.tools import answering
from core.vocabulary import Measurement, Reading, Subject


def measure(subject: Subject) -> Reading:
    """Medians of consecutive stretches of one timing session."""
    online = answering.probe(subject).online
    return answering.timed(online, online.blocks)


MEASUREMENT = Measurement(
    key="latency_p50",
    title="One answer, median",
    unit="ms",
    better="lower",
    about="Median time of one answer to one row as a service would ask it, preprocessing included: at least "
    "20 warm-up calls (up to 0.3 s), then at least 60 calls over up to 64 different rows. Each contestant is "
    "timed in its own process, one after the other, so calls of two contestants are not interleaved: trust differences "
    "well above the block spread.",
    measure=measure,
)
