"""Who was erased after the copy was taken is erased again when it is put back."""

from contextlib import suppress
from pathlib import Path

from django.db import DatabaseError

from safekeeping.erasure.ledger import LedgerRefused, replay, write_ledger
from safekeeping.upgrade.record import folder


def keep_ledger() -> Path | None:
    """Write the ledger beside the copy; None when there is none in this database."""
    path = folder() / "erased.txt"
    with suppress(DatabaseError):
        write_ledger(path)
        return path
    return None


def erase_again(ledger: Path | None) -> str:
    """What was done, in a sentence; empty when nobody is named.

    The tables may be too old for this version's code: then the version from before
    does it, before people come in.
    """
    if ledger is None:
        return ""
    try:
        erased = replay(ledger.read_text()).erased
    except (DatabaseError, LedgerRefused):
        return (
            "Who was erased since then is there again. Install the version from before "
            f"and run `manage.py erase --replay {ledger}` before you start it."
        )
    return f"Erased again: {erased:,}." if erased else ""
