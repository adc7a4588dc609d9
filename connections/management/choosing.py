"""Which connection a command is about, by its system and account."""

from django.core.management.base import CommandError

from connections.models import Connection
from connections.registry import DOORS


def the_connection(door: str, account: str) -> Connection:
    """The one that is meant, or a CommandError with what there is to choose from."""
    if door not in DOORS:
        raise CommandError(
            f"There's no system “{door}”. Name one of: {', '.join(sorted(DOORS))}."
        )
    rows = list(Connection.objects.filter(door=door))
    found = [row for row in rows if account in ("", row.account)]
    if len(found) == 1:
        return found[0]
    if not rows:
        raise CommandError(f"{DOORS[door].title} isn't set up: do it on Connections.")
    accounts = ", ".join(row.account or "(no account)" for row in rows)
    raise CommandError(f"Name one account by --account: {accounts}.")
