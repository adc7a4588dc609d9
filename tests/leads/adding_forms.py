"""The form that adds a lead, filled in and sent, and who is looked up by it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import PipelineStage
from medspa.ids import new_id
from medspa.models import User
from tests import factories
from tests.page_text import text_of

PHONE = "(617) 555-0149"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def stage(db: None) -> PipelineStage:
    return factories.StageFactory(name="New", order=1)


@pytest.fixture
def desk(front_desk: User, client: Client, stage: PipelineStage) -> Client:
    client.force_login(front_desk)
    return client


def entered(**changes: Any) -> dict[str, Any]:
    stage = PipelineStage.objects.order_by("order").first()
    return {
        "row_key": new_id(),
        "first_name": "Talia",
        "phone": PHONE,
        "source": "walk_in",
        "stage": stage.pk if stage else "",
    } | changes


def add(client: Client, *, htmx: bool = False, **changes: Any) -> Any:
    headers = HTMX if htmx else {}
    return client.post(reverse("lead_add"), entered(**changes), headers=headers)


def look_up(client: Client, **typed: str) -> str:
    answer = client.post(reverse("lead_same"), typed, headers=HTMX)
    assert answer.status_code == 200
    return text_of(answer)
