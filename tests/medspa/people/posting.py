"""What the people's pages are posted with, and the emails that come of it."""

import json
import re
from typing import Any

from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse

from medspa.emails import sending
from medspa.models import User

GOOD = "otter lamp violin"
INVITED = {
    "first_name": "Zoe",
    "last_name": "Invented",
    "email": "zoe@example.com",
    "role": "Manager",
}
TASKS = {
    "medspa.send_link": sending.send_link,
    "medspa.send_notice": sending.send_notice,
    "medspa.send_password_reset": sending.send_password_reset,
}


def invite(office: Client, **changes: Any) -> Any:
    return office.post(reverse("person_add"), INVITED | changes, follow=True)


def edited(person: User, **changes: Any) -> dict[str, Any]:
    """The person's form as it is sent with these changes."""
    names = ("first_name", "last_name", "email", "username")
    form: dict[str, Any] = {name: getattr(person, name) for name in names}
    form["first_name"] = form["first_name"] or "Someone"
    form["role"] = getattr(person.groups.first(), "name", "")
    return form | {"provider": ""} | changes


def act(office: Client, name: str, person: User, **data: Any) -> str:
    """The page after the button was pressed."""
    address = reverse(f"person_{name}", args=[person.pk])
    return office.post(address, data, follow=True).text


def send_queued() -> list[Any]:
    """Do what a worker would with the emails in the queue; the new emails."""
    sent = len(mail.outbox)
    for task, arguments in queued():
        TASKS[task](**arguments)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    return mail.outbox[sent:]


def queued() -> list[tuple[str, dict[str, Any]]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, args::text FROM procrastinate_jobs ORDER BY id"
        )
        rows = cursor.fetchall()
    return [(task, json.loads(arguments)) for task, arguments in rows]


def link_in(message: Any) -> str:
    """The path of the link in an email; its text and its HTML have the same."""
    found = re.search(r"http://testserver(/\S+)", message.body)
    assert found, message.body
    assert found[0] in message.alternatives[0].content
    return found[1]
