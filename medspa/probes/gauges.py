"""A number of an app for /metrics."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Gauge:
    """`name` as Prometheus wants it, `medspa_backup_age_seconds`; `words` is its help.

    Without a `value` (there is no backup yet) the gauge is left out.
    """

    name: str
    words: str
    value: float | None
