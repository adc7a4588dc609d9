"""The lines that apps above say about leads, on their cards and in the list."""

from collections.abc import Collection
from datetime import datetime

from leads.extension_points import card_notes

DO_NOT_CONTACT = "Do not contact"


def notes_of(lead_ids: Collection[str], now: datetime) -> dict[str, str]:
    """Lead id → what other apps say about it."""
    lines: dict[str, list[str]] = {}
    for notes in card_notes if lead_ids else ():
        for lead_id, line in notes(lead_ids, now).items():
            lines.setdefault(lead_id, []).append(line)
    return {lead_id: " · ".join(found) for lead_id, found in lines.items()}
