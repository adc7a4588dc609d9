"""The ledger in the destinations of backups, where a restore finds it.

It is read before it is written: whom it names and this database doesn't is here again
by a restore, and is erased once more. So the outside only ever grows.
"""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from safekeeping.backups.storage.config import current_config, is_configured
from safekeeping.backups.storage.destinations import Destination, every
from safekeeping.erasure.ledger import export_ledger, hashes_in, replay
from safekeeping.erasure.models import ErasedLead

LEDGER_PLACE = "erasures/ledger.txt"


def sync_ledger() -> int:
    """Bring database and destinations together; how many people were erased again.

    Raises DestinationFailed and LedgerRefused.
    """
    return sync_with(every(current_config())) if is_configured() else 0


def sync_with(destinations: Iterable[Destination]) -> int:
    places = list(destinations)
    texts = [_read(place) for place in places]
    erased = sum(_replay(text) for text in texts if text)
    ours = export_ledger()
    for place, text in zip(places, texts, strict=True):
        if text != ours:
            _write(place, ours)
    return erased


def replay_after_restore() -> str:
    """For a restored database: everybody who was erased since goes again."""
    if not is_configured():
        return ""
    erased = sum(
        _replay(text) for place in every(current_config()) if (text := _read(place))
    )
    people = "1 person" if erased == 1 else f"{erased:,} people"
    return f"{people} erased again." if erased else ""


def _replay(text: str) -> int:
    known = ErasedLead.objects.values_list("id_hash", flat=True)
    return replay(text).erased if hashes_in(text) - set(known) else 0


def _read(place: Destination) -> str:
    """Empty while there is none."""
    if place.size(LEDGER_PLACE) is None:
        return ""
    with place.opened(LEDGER_PLACE) as file:
        return file.read().decode("utf-8", "replace")


def _write(place: Destination, text: str) -> None:
    with tempfile.NamedTemporaryFile(prefix="ledger.") as file:
        file.write(text.encode())
        file.flush()
        place.write(LEDGER_PLACE, Path(file.name))
