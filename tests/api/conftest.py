"""Keys with every scope, for the people of the tests."""

import pytest

from medspa.models import User
from tests.api.keys import SECRET, ApiClient, key_of
from tests.factories import (
    CampaignFactory,
    JobRunFactory,
    KpiEventFactory,
    LeadFactory,
    StageFactory,
    StatementLineFactory,
    TaskFactory,
    WebhookEndpointFactory,
)


@pytest.fixture
def api(manager: User) -> ApiClient:
    """A manager's key with every scope."""
    StageFactory(name="New")
    return ApiClient(key_of(manager))


@pytest.fixture
def api_rows(db: None) -> dict[str, str]:
    """One of everything that a path names; the lead's contact is the secret."""
    lead = LeadFactory(stage=StageFactory(), first_name="Zelda", email=SECRET)
    return {
        "lead_id": lead.pk,
        "task_id": TaskFactory(lead=lead).pk,
        "consult_id": KpiEventFactory(lead=lead).pk,
        "payment_id": KpiEventFactory(lead=lead, paid=True).pk,
        "campaign_id": CampaignFactory().pk,
        "statement_id": StatementLineFactory().statement_id,
        "webhook_id": WebhookEndpointFactory().pk,
        "job_id": JobRunFactory().pk,
    }
