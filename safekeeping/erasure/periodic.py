"""Keeping the erasure ledger outside, by schedule."""

import logging

from procrastinate.contrib.django import app

from medspa.clinic.current import clinic_scope
from safekeeping.backups.storage.destinations import DestinationFailed
from safekeeping.erasure.ledger import LedgerRefused
from safekeeping.erasure.outside import sync_ledger

log = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="safekeeping.ledger", queueing_lock="safekeeping.ledger")
def keep_ledger(timestamp: int) -> None:
    """Every few minutes: what was erased is known outside, and here after a restore."""
    try:
        with clinic_scope():
            sync_ledger()
    except (DestinationFailed, LedgerRefused) as failure:
        log.warning("The erasure ledger waits: %s", failure)
