"""Example deliveries of GoHighLevel with a marker in every forbidden place."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from connections.door import Delivery, Marker
from connections.gohighlevel.webhooks.signatures import WORKFLOW_SECRET
from medspa import clock

LOCATION = "ve9EPM428h8vShlRW1KT"
CANARY_CONTACT = "seD4PfOuKoVMLkEZqohJ"


def sign(delivery: Delivery, secrets: Mapping[str, str]) -> Delivery:
    """As a workflow does: with the shared secret."""
    secret = {WORKFLOW_SECRET: secrets.get("workflow_secret", "")}
    return replace(delivery, headers={**delivery.headers, **secret})


def canaries(marker: Marker) -> Sequence[Delivery]:
    return [
        _delivery(_workflow(marker)),
        _delivery(_contact(marker)),
        _delivery(_opportunity(marker)),
        _delivery(_appointment(marker)),
        _delivery(_invoice(marker)),
        _delivery({"type": "NoteCreate", "body": marker("note"), "id": CANARY_CONTACT}),
    ]


def _delivery(body: Mapping[str, Any]) -> Delivery:
    return Delivery(json.dumps(body).encode(), received_at=clock.now())


def _workflow(marker: Marker) -> dict[str, Any]:
    return {
        "contact_id": CANARY_CONTACT,
        "first_name": "Nora",
        "last_name": marker("last name"),
        "full_name": f"Nora {marker('full name')}",
        "email": "nora@example.com",
        "phone": "+12025550143",
        "tags": f"Botox, {marker('tag')}",
        "contact_source": marker("source"),
        "date_of_birth": marker("date of birth"),
        "address1": marker("address"),
        "full_address": marker("full address"),
        "company_name": marker("company"),
        "Do you have any pre-existing health conditions?": marker("health question"),
        "customData": {"notes": marker("custom data"), "source": "Facebook"},
        "contact": {
            "attributionSource": {"url": marker("url"), "referrer": marker("referrer")},
            "notes": marker("contact notes"),
        },
        "location": {"name": marker("location name")},
        "workflow": {"name": marker("workflow")},
        "message": {"body": marker("message")},
    }


def _contact(marker: Marker) -> dict[str, Any]:
    return {
        "type": "ContactUpdate",
        "locationId": LOCATION,
        "id": CANARY_CONTACT,
        "name": f"Nora {marker('app name')}",
        "firstName": marker("app first name"),
        "lastName": marker("app last name"),
        "email": f"{marker('app email')}@example.com",
        "dateOfBirth": marker("app date of birth"),
        "address1": marker("app address"),
        "companyName": marker("app company"),
        "website": marker("app website"),
        "tags": [marker("app tag")],
        "customFields": [{"id": "c1", "value": marker("app custom field")}],
        "attachments": [marker("app attachment")],
        "webhookId": "canary-contact",
    }


def _opportunity(marker: Marker) -> dict[str, Any]:
    return {
        "type": "OpportunityStageUpdate",
        "locationId": LOCATION,
        "id": "yWQobCRIhRguQtD2llvk",
        "contactId": CANARY_CONTACT,
        "name": marker("opportunity name"),
        "source": marker("opportunity source"),
        "notes": [marker("opportunity note")],
    }


def _appointment(marker: Marker) -> dict[str, Any]:
    return {
        "type": "AppointmentCreate",
        "locationId": LOCATION,
        "appointment": {
            "id": "0TkCdp9PfvLeWKYRRvIz",
            "contactId": CANARY_CONTACT,
            "title": marker("appointment title"),
            "notes": marker("appointment notes"),
            "address": marker("appointment address"),
        },
    }


def _invoice(marker: Marker) -> dict[str, Any]:
    return {
        "_id": "6578278e879ad2646715ba9c",
        "altId": LOCATION,
        "altType": "location",
        "status": "paid",
        "name": marker("invoice name"),
        "contactDetails": {
            "id": CANARY_CONTACT,
            "name": marker("payer"),
            "email": f"{marker('payer email')}@example.com",
            "address": {"addressLine1": marker("payer address")},
        },
        "invoiceItems": [{"name": marker("item")}],
    }
