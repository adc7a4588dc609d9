"""The tasks of procrastinate, which finds this module by its name."""

from procrastinate.contrib.django import app

from api.webhooks.forgetting import forget_old_events, note_contacts_sent


@app.periodic(cron="29 3 * * *")
@app.task(name="api.forget_webhooks", queueing_lock="api.forget_webhooks")
def forget_webhooks(timestamp: int) -> None:
    """Every night: what was sent with contacts, and what nobody needs any more."""
    note_contacts_sent()
    forget_old_events()
