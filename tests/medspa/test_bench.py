"""The bench asks every address of the URL map, or says why it doesn't."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from bench.every_address import (
    NOT_ASKED,
    act_questions,
    page_questions,
    rows_of,
)
from kpis.restatements.snapshots import take_snapshots
from medspa.models import User
from tests.medspa.worlds import make_world

# Operations of the API, which `python -m bench.api` asks; the admin's old addresses.
ELSEWHERE = ("api:", "admin:None")
# Acts of the admin on one row, each the same code for every table.
SAME_FOR_EACH_TABLE = (
    "_add",
    "_delete",
    "_put_back",
    "_archive",
    "_retire_stage",
    "_split",
)


def names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"
        else:
            within = f"{entry.namespace}:" if entry.namespace else ""
            yield from names(entry, space + within)


@pytest.mark.django_db
def test_each_address_is_asked_or_listed_with_a_reason(
    client: Client, administrator: User
) -> None:
    client.force_login(administrator)
    take_snapshots()
    world = make_world("other", administrator)
    rows = {**world, **rows_of(world["lead_id"], administrator)}
    questions = (*page_questions(client, rows), *act_questions(client, rows))
    asked = {one.name.partition(" ")[2] for one in questions}
    every = {
        name
        for name in names(get_resolver())
        if not name.startswith(ELSEWHERE) and not name.endswith(SAME_FOR_EACH_TABLE)
    }
    left = sorted(every - asked - {*NOT_ASKED})
    assert not left, f"ask it in bench, or say why not: {left}"
    assert {*NOT_ASKED} - every == set()


@pytest.mark.slow
@pytest.mark.django_db
def test_what_the_bench_asks_is_answered(client: Client, administrator: User) -> None:
    client.force_login(administrator)
    take_snapshots()
    world = make_world("other", administrator)
    rows = {**world, **rows_of(world["lead_id"], administrator)}
    refused = [
        f"{one.name} {status}"
        for one in page_questions(client, rows)
        if (status := one.ask().status_code) >= 400
    ]
    assert not refused, refused
