"""The seals beside the backups, where nobody who changes this database reaches them."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from medspa import clock
from medspa.formats.plurals import counted
from safekeeping.backups.storage.config import current_config, is_configured
from safekeeping.backups.storage.destinations import (
    Destination,
    DestinationFailed,
    every,
)
from safekeeping.extension_points import Check
from safekeeping.seals.sealing import seal_export
from safekeeping.seals.verifying import Verified, check_chain, check_rows


def store_seals() -> None:
    """Write today's file of all seals; as `store_in`."""
    if is_configured():
        store_in(every(current_config()))


def store_in(places: Iterable[Destination]) -> None:
    """To each place that lacks the file of this day (UTC).

    Raises DestinationFailed once every place was tried.
    """
    name = f"seals/{clock.now():%Y-%m-%d}.jsonl"
    failures = []
    for place in places:
        try:
            if place.size(name) is None:
                _write(place, name)
        except DestinationFailed as failure:
            failures.append(failure)
    if failures:
        raise failures[0]


def _write(place: Destination, name: str) -> None:
    with tempfile.NamedTemporaryFile(prefix="seals.") as file:
        file.write(seal_export())
        file.flush()
        place.write(name, Path(file.name))


def restored_seals() -> Check:
    """What a drill finds in the audit trail of a restored database."""
    verified = Verified()
    wrong = len([*check_chain(verified), *check_rows(verified)])
    words = f"{verified.rows:,} rows under {counted(verified.seals, 'seal', 'seals')}"
    return Check("Seals", not wrong, f"{wrong} are wrong" if wrong else words)
