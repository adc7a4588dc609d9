"""Sealing by schedule."""

import logging

from procrastinate.contrib.django import app

from safekeeping.backups.storage.destinations import DestinationFailed
from safekeeping.seals.outside import store_seals
from safekeeping.seals.sealing import seal, take_up_old_rows

log = logging.getLogger(__name__)


@app.periodic(cron="*/3 * * * *")
@app.task(name="safekeeping.seal", queueing_lock="safekeeping.seal")
def seal_history(timestamp: int) -> None:
    """Every few minutes: seal what was written in history and the audit log."""
    take_up_old_rows()
    seal()


@app.periodic(cron="23 * * * *")
@app.task(name="safekeeping.store_seals", queueing_lock="safekeeping.store_seals")
def keep_seals(timestamp: int) -> None:
    """Every hour: today's seals are kept beside the backups, once.

    A worker or a place that was away is made up for within the day.
    """
    try:
        store_seals()
    except DestinationFailed as failure:
        log.warning("The seals wait to be stored: %s", failure)
