"""A row of the clinic's lists is archived by one person; the next is told so."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from leads.bulk.retiring import plan_retirement, retire_empty
from leads.lists.archiving import AlreadyArchived, NotArchived, archive, restore
from leads.models import PipelineStage
from medspa.models import User
from tests import factories

pytestmark = pytest.mark.django_db
FACTORIES = {
    "tag": factories.TagFactory,
    "procedure": factories.ProcedureFactory,
    "source": factories.LeadSourceFactory,
    "lost reason": factories.LeadLostReasonFactory,
}


@pytest.fixture
def office(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def told(answer: Any) -> str:
    *_, last = get_messages(answer.wsgi_request)
    return str(last)


@pytest.mark.parametrize("factory", FACTORIES.values(), ids=FACTORIES)
def test_who_archives_or_restores_second_is_told(factory: Any) -> None:
    mine = factory(name="Peels")
    theirs = type(mine).all_objects.get(pk=mine.pk)
    archive(theirs)
    with pytest.raises(AlreadyArchived, match="Peels is already archived"):
        archive(mine)
    assert mine.history.count() == 2
    archived = type(mine).all_objects.get(pk=mine.pk)
    restore(archived)
    with pytest.raises(NotArchived, match="Peels isn't archived"):
        restore(archived)
    assert mine.history.count() == 3


@pytest.mark.parametrize("name", ["procedure", "source", "lost reason"])
def test_the_page_that_archives_says_it_too(name: str, office: Client) -> None:
    row = FACTORIES[name](name="Peels")
    address = reverse(f"admin:leads_{row._meta.model_name}_delete", args=[row.pk])
    assert told(office.post(address)) == "Peels archived."
    assert told(office.post(address)) == "Peels is already archived."
    back = f"bring_{name.replace(' ', '_')}_back"
    assert told(office.post(reverse(back, args=[row.pk]))) == "Peels restored."
    assert told(office.post(reverse(back, args=[row.pk]))) == "Peels isn't archived."


def test_who_archives_a_stage_second_is_told() -> None:
    factories.StageFactory(is_entry=True)
    stage = factories.StageFactory(name="Alpha")
    plan = plan_retirement(stage)
    retire_empty(plan)
    with pytest.raises(AlreadyArchived, match="Alpha is already archived"):
        retire_empty(plan)
    assert PipelineStage.all_objects.get(pk=stage.pk).history.count() == 2
