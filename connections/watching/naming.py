"""What people call a connection: its system, and its account where it has one."""

from collections.abc import Iterable

from connections.doors.web_form import WEB_FORM_NAME
from connections.models import Connection, WebForm
from connections.registry import DOORS


def account_names(connections: Iterable[Connection]) -> dict[str, str]:
    """By primary key: a web form's title, or the other system's id of the account."""
    rows = list(connections)
    forms = [row.account for row in rows if row.door == WEB_FORM_NAME]
    titles: dict[str, str] = {}
    if forms:
        found = WebForm.objects.filter(pk__in=forms)
        titles = dict(found.values_list("pk", "title"))
    return {row.pk: titles.get(row.account, row.account) for row in rows}


def system_titles(connections: Iterable[Connection]) -> dict[str, str]:
    """By primary key: "Stripe", or with its account "Square LX1"."""
    rows = list(connections)
    names = account_names(rows)
    return {row.pk: f"{_door_title(row)} {names[row.pk]}".strip() for row in rows}


def _door_title(row: Connection) -> str:
    return DOORS[row.door].title if row.door in DOORS else row.door
