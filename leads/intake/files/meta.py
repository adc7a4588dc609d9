"""Meta's Lead Ads export: prefixed values, organic rows, any questions."""

import re
from collections.abc import Mapping

from leads.choices import Source
from leads.intake.incoming import (
    DEFAULT_READING,
    Cells,
    IncomingLead,
    Reading,
    filled,
)
from leads.intake.synonyms import source_of

PREFIX = re.compile(r"^(?:l|ag|as|c|f|p):(?=.)")
YES_WORDS = frozenset({"true", "yes", "1"})
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


def _network(platform: str) -> str:
    """Facebook also stands for Meta's other places: Messenger, audience network."""
    known = source_of(platform)
    return known if known == Source.INSTAGRAM else Source.FACEBOOK.value


class MetaFile:
    """Every row is a submitted form; an organic one came from no ad."""

    name = "meta"
    title = "Meta Lead Ads"
    default_source = Source.FACEBOOK.value
    # Its own columns only: a form's questions may be called anything.
    columns: Mapping[str, tuple[str, ...]] = {
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

    def read(
        self, cells: Mapping[str, Cells], reading: Reading = DEFAULT_READING
    ) -> IncomingLead:
        plain = {
            field: tuple(PREFIX.sub("", text) for text in texts)
            for field, texts in filled(cells).items()
        }
        organic = plain.pop("is_organic", ())
        platform = " ".join(plain.get("ad_platform", ()))
        if organic and organic[0].casefold() in YES_WORDS:
            plain |= {"ad_platform": (), "campaign_name": ()}
        if not plain.get("source"):
            plain["source"] = (_network(platform),)
        return IncomingLead.read(plain, reading, form="meta_lead_ads")
