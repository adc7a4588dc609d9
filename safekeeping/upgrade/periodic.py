"""The copy of an upgrade goes after a week: it has people who may be erased since."""

import logging
from datetime import timedelta

from procrastinate.contrib.django import app

from medspa import clock
from safekeeping.upgrade.record import UpgradeRecord

log = logging.getLogger(__name__)
COPY_KEPT_FOR = timedelta(days=7)


@app.periodic(cron="40 3 * * *")
@app.task(name="safekeeping.upgrade_copy", queueing_lock="safekeeping.upgrade_copy")
def remove_old_copy(timestamp: int) -> None:
    record = UpgradeRecord.load()
    if record is None or record.begun_at > clock.now() - COPY_KEPT_FOR:
        return
    if record.dump.exists():
        record.dump.unlink()
        log.info("The copy before the upgrade of %s was removed.", record.when)
