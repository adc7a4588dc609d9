"""Who earns with one lead: what the lead page shows and offers, by one query."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import connection

from commissions.credits.crediting import OF_LEADS, ProvidersOfLead
from commissions.models import Provider
from kpis.models import KpiEvent
from leads.models import Lead
from medspa.postgres.json_rows import model_of

SHOWN = 5
QUESTION = """
SELECT found.treats, found.looks_after, jsonb_build_object(
    'providers', (
        SELECT jsonb_agg(to_jsonb(provider) ORDER BY provider.name, provider.id)
        FROM commissions_provider provider WHERE provider.deleted_at IS NULL
    ),
    'payments', (
        SELECT jsonb_agg(
            jsonb_build_object('event', to_jsonb(payment), 'credits', coalesce((
                SELECT jsonb_agg(
                    jsonb_build_array(provider.name, credit.share_bps)
                    ORDER BY credit.share_bps DESC, credit.id
                )
                FROM commissions_credit credit
                JOIN commissions_provider provider ON provider.id = credit.provider_id
                WHERE credit.kpi_event_id = payment.id
            ), '[]'))
            ORDER BY payment.occurred_at DESC, payment.id DESC
        )
        FROM (
            SELECT * FROM kpis_kpievent event
            WHERE event.lead_id = found.lead AND event.kind = 'invoice_paid'
                AND event.deleted_at IS NULL
            ORDER BY event.occurred_at DESC, event.id DESC LIMIT %s
        ) payment
    )
)
FROM ({of_leads}) found (lead, treats, looks_after)
"""


@dataclass(frozen=True)
class Earning:
    """`credits` are names and basis points of each payment, the largest first."""

    providers: list[Provider]
    chosen: ProvidersOfLead
    payments: list[tuple[KpiEvent, list[tuple[str, int]]]]

    @property
    def names(self) -> dict[str, str]:
        return {provider.pk: provider.name for provider in self.providers}


def earning_with(lead: Lead) -> Earning:
    """Asked once for one `Lead` object, however many parts of its page ask."""
    known: Any = lead.__dict__
    if "_earning" not in known:
        known["_earning"] = _read(lead.pk)
    return known["_earning"]


def _read(lead_id: str) -> Earning:
    with connection.cursor() as cursor:
        cursor.execute(QUESTION.replace("{of_leads}", OF_LEADS), [SHOWN, [lead_id]])
        treats, looks_after, text = cursor.fetchone()
    found = json.loads(text)
    return Earning(
        [model_of(Provider, row) for row in found["providers"] or []],
        ProvidersOfLead(treats, looks_after),
        [
            (model_of(KpiEvent, row["event"]), [tuple(one) for one in row["credits"]])
            for row in found["payments"] or []
        ],
    )
