"""How a lead came, first and later, beside what they say themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.models import Lead, LeadArrival
from leads.models.lead_lists import source_name, sources


@dataclass(frozen=True)
class Touch:
    """One way by which a lead came; `certainty` is a sentence."""

    at: datetime
    by: str
    form: str = ""
    certainty: str = ""
    agreed_to: str = ""
    wording_version: int | None = None


@dataclass(frozen=True)
class TouchTrail:
    """Numbers go by `first`; `difference` is empty where both agree."""

    first: Touch
    later: list[Touch]
    difference: str


def read_touch_trail(lead: Lead, arrivals: Sequence[LeadArrival]) -> TouchTrail:
    words = (source_name(lead.source), str(lead.campaign or ""))
    first = Touch(lead.created_at, " · ".join(filter(None, words)))
    return TouchTrail(first, list(map(_touch, arrivals)), _difference(lead))


def _touch(arrival: LeadArrival) -> Touch:
    words = (
        arrival.get_ad_platform_display() if arrival.ad_platform else "",
        str(arrival.campaign or ""),
        arrival.get_click_kind_display() if arrival.click_kind else "",
    )
    return Touch(
        arrival.arrived_at,
        " · ".join(filter(None, words)) or "No campaign",
        arrival.form,
        arrival.certainty,
        arrival.agreed_to,
        arrival.wording_version,
    )


def _difference(lead: Lead) -> str:
    """By meaning: two of the clinic's sources may mean the same."""
    if not lead.heard_from:
        return ""
    known = sources()
    said, recorded = known.get(lead.heard_from), known.get(lead.source)
    if said and recorded and said.detail == recorded.detail:
        return ""
    return (
        f"Says {source_name(lead.heard_from)}, came by {source_name(lead.source)}. "
        f"Reports count {source_name(lead.source)}."
    )
