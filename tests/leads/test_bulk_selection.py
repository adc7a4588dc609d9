"""The list posts what is ticked as one field, because a request has only so many."""

import pytest
from django.conf import settings
from django.test import Client

from leads.models import BulkRun, LeadTag
from medspa.models import User
from tests import factories

DO = "/leads/bulk/"


@pytest.fixture
def desk(front_desk: User, client: Client) -> Client:
    client.force_login(front_desk)
    return client


def test_more_leads_than_a_request_may_have_fields_are_ticked(desk: Client) -> None:
    tag, lead = factories.TagFactory(), factories.LeadFactory()
    others = [f"c{number:024}" for number in range(settings_limit() + 1)]
    ticked = " ".join([lead.pk, *others])
    answer = desk.post(DO, {"act": "tag", "tag": tag.pk, "leads": ticked})
    assert answer.status_code == 302
    assert LeadTag.objects.get().lead == lead


def settings_limit() -> int:
    limit = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    assert limit
    return limit


def test_one_field_for_each_lead_works_too(desk: Client) -> None:
    tag, leads = factories.TagFactory(), factories.LeadFactory.create_batch(2)
    fields = {"act": "tag", "tag": tag.pk, "lead": [leads[0].pk], "leads": leads[1].pk}
    desk.post(DO, fields)
    assert BulkRun.objects.get().changed == 2


def test_a_question_carries_the_selection_in_one_field(desk: Client) -> None:
    lost = factories.StageFactory(outcome="lost")
    leads = factories.LeadFactory.create_batch(3, stage=factories.StageFactory())
    ids = [lead.pk for lead in leads]
    fields = {"act": "move", "stage": lost.pk, "leads": " ".join(ids)}
    page = desk.post(DO, fields)
    assert page.context["carried"] == [("leads", " ".join(ids))]
    answer = {"asked": "yes", "lost_reason": "price"}
    desk.post(DO, fields | answer)
    assert BulkRun.objects.get().changed == 3


def test_what_is_no_id_is_left_out(desk: Client) -> None:
    tag = factories.TagFactory()
    desk.post(DO, {"act": "tag", "tag": tag.pk, "leads": "x '; DROP"})
    assert not BulkRun.objects.exists()
