"""Keys, webhooks and stored exports."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from api.models import ApiKey, LeadExport, WebhookEndpoint
from medspa import clock
from tests.factories.medspa import JobRunFactory
from tests.factories.people import UserFactory


class LeadExportFactory(DjangoModelFactory):
    """A finished export with a file, which is empty."""

    work = factory.SubFactory(JobRunFactory)
    form = "csv"
    rows = 0
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=1))

    class Meta:
        model = LeadExport


class ApiKeyFactory(DjangoModelFactory):
    """A key that may read leads."""

    name = "Zapier"
    prefix = factory.Sequence(lambda n: f"{n:08d}")
    owner = factory.SubFactory(UserFactory)
    made_by = factory.SubFactory(UserFactory)
    scopes = ("leads:read",)
    created_at = factory.LazyFunction(clock.now)

    class Meta:
        model = ApiKey


class WebhookEndpointFactory(DjangoModelFactory):
    """An endpoint that is told of new leads."""

    name = "Agency"
    url = "https://hooks.example.com/medspa"
    event_types = ("lead.created",)
    made_by = factory.SubFactory(UserFactory)

    class Meta:
        model = WebhookEndpoint
