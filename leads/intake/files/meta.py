"""Meta's Lead Ads export: prefixed values, organic rows, any questions."""

import re
from typing import Any

from pydantic import model_validator

from leads.choices import Source
from leads.intake.incoming import IncomingLead, given_name
from leads.intake.synonyms import platform_of, source_of

PREFIX = re.compile(r"^(?:l|ag|as|c|f|p):(?=.)")
YES = frozenset({"true", "yes", "1"})
SIGNATURE = frozenset(
    {
        "createdtime",
        "adid",
        "adname",
        "adsetid",
        "adsetname",
        "campaignid",
        "formid",
        "formname",
        "isorganic",
        "platform",
        "leadstatus",
    }
)


class MetaRow(IncomingLead):
    """Every row is a submitted form; an organic one came from no ad."""

    @model_validator(mode="before")
    @classmethod
    def keep_what_is_allowed(cls, raw: dict[str, Any]) -> dict[str, Any]:
        cells = {field: PREFIX.sub("", str(cell)) for field, cell in raw.items()}
        platform = cells.get("ad_platform", "")
        organic = cells.pop("is_organic", "").casefold() in YES
        return cells | {
            "first_name": given_name(cells),
            "source": cells.get("source") or _network(platform),
            "ad_platform": "" if organic else platform_of(platform),
            "campaign_name": "" if organic else cells.get("campaign_name", ""),
            "submitted_at": cells.get("created_at", ""),
            "form": "meta_lead_ads",
        }


def _network(platform: str) -> str:
    """Facebook also stands for Meta's other places: Messenger, audience network."""
    known = source_of(platform)
    return known if known == Source.INSTAGRAM else Source.FACEBOOK.value


class MetaFile:
    name = "meta"
    title = "Meta Lead Ads"
    default_source = Source.FACEBOOK.value
    # Its own columns only: a form's questions may be called anything.
    columns = {
        "first_name": ("firstname",),
        "full_name": ("fullname",),
        "email": ("email", "workemail"),
        "phone": ("phonenumber", "phone", "workphonenumber"),
        "campaign_name": ("campaignname",),
        "ad_platform": ("platform",),
        "is_organic": ("isorganic",),
        "created_at": ("createdtime",),
    }

    def recognizes(self, headers: frozenset[str]) -> bool:
        return len(SIGNATURE & headers) >= 3

    def read(self, cells: dict[str, str]) -> IncomingLead:
        return MetaRow.read(cells)
