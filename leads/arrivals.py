"""How somebody came in by themselves, as a door reads it."""

import re
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict

from campaigns.models import Platform
from leads.models.arrival import CLICK_ID_PATTERN, ClickKind

# Whose click it is, and so which platform the person came from.
PLATFORM_OF_CLICK = {
    ClickKind.GCLID.value: Platform.GOOGLE.value,
    ClickKind.GBRAID.value: Platform.GOOGLE.value,
    ClickKind.WBRAID.value: Platform.GOOGLE.value,
    ClickKind.FBCLID.value: Platform.FACEBOOK.value,
    ClickKind.MSCLKID.value: Platform.BING.value,
    ClickKind.TTCLID.value: Platform.TIKTOK.value,
}


class Arrival(BaseModel):
    """What is stored of an arrival besides the campaign (`leads.models.LeadArrival`).

    A consent needs the version of the wording that stood beside its box.
    """

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    door: str
    form: str = ""
    click_kind: str = ""
    click_id: str = ""
    agreed_to_email: bool = False
    agreed_to_text: bool = False
    wording_version: int | None = None


def click_of(parameters: Mapping[str, str]) -> tuple[str, str]:
    """Kind and id of the first click among an address's parameters; else empty."""
    for kind in ClickKind.values:
        if re.search(CLICK_ID_PATTERN, parameters.get(kind, "")):
            return kind, parameters[kind]
    return "", ""
