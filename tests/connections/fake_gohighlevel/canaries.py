"""The double with a marker in every place of its answers that must not be kept."""

from collections.abc import Callable

from connections.gohighlevel.webhooks.canaries import CANARY_CONTACT
from tests.connections.fake_gohighlevel.fake import FakeGoHighLevel


def full_of_canaries(marker: Callable[[str], str]) -> FakeGoHighLevel:
    """Of the objects that the canaries among the deliveries name."""
    fake = FakeGoHighLevel()
    fake.add_contact(
        id=CANARY_CONTACT,
        firstName="Nora",
        lastName=marker("rest last name"),
        name=f"Nora {marker('rest name')}",
        email="nora@example.com",
        source=marker("rest source"),
        tags=[marker("rest tag")],
        companyName=marker("rest company"),
        address1=marker("rest address"),
        city=marker("rest city"),
        dateOfBirth=marker("rest date of birth"),
        website=marker("rest website"),
        customFields=[{"id": "c1", "value": marker("rest custom field")}],
        attributionSource={"url": marker("rest url"), "referrer": marker("referrer")},
    )
    fake.add_opportunity(
        CANARY_CONTACT,
        id="yWQobCRIhRguQtD2llvk",
        name=marker("rest opportunity"),
        source=marker("rest opportunity source"),
    )
    fake.add_appointment(
        CANARY_CONTACT,
        fake.time(),
        id="0TkCdp9PfvLeWKYRRvIz",
        title=marker("rest title"),
        notes=marker("rest notes"),
        address=marker("rest place"),
    )
    fake.add_transaction(
        CANARY_CONTACT,
        250,
        contactName=marker("rest payer"),
        entitySourceName=marker("rest invoice"),
    )
    return fake
