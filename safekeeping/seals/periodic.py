"""Sealing by schedule."""

from procrastinate.contrib.django import app

from safekeeping.seals.sealing import seal, take_up_old_rows


@app.periodic(cron="*/3 * * * *")
@app.task(name="safekeeping.seal", queueing_lock="safekeeping.seal")
def seal_history(timestamp: int) -> None:
    """Every few minutes: seal what was written in history and the audit log."""
    take_up_old_rows()
    seal()
