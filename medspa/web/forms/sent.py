"""What a refused form of a row's page had, so that the page shows it once more.

A refusal leads back to the page of the lead or campaign by a redirect. Its next opening
finds what was typed: amounts, dates and choices from lists, nothing that identifies a
person.
"""

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest

SESSION_KEY = "refused_form"
NOT_KEPT = {"csrfmiddlewaretoken", "key"}
# Two for each amount of a campaign's spend that was typed.
MOST_FIELDS = 200
MOST_CHARACTERS = 100


def keep_sent(
    request: HttpRequest,
    row_id: str,
    form: str,
    refusal: str = "",
    *,
    only: Collection[str] | None = None,
) -> None:
    """`form` is the name of the address that it was posted to.

    `refusal` is the code of why it was refused: a form may ask back. Fields are kept
    whose names are in `only`, or all.
    """
    sent = [
        (name, values)
        for name, values in request.POST.lists()
        if name not in NOT_KEPT and (only is None or name in only)
    ]
    fields = {
        name: cut[0] if len(cut) == 1 else cut
        for name, values in sent[:MOST_FIELDS]
        if (cut := [value[:MOST_CHARACTERS] for value in values[:MOST_FIELDS]])
    }
    fields["refusal"] = refusal
    request.session[SESSION_KEY] = {"row": row_id, "form": form, "fields": fields}


def take_sent(request: HttpRequest, row_id: str) -> dict[str, Any]:
    """`{"lead_pay": {"amount": "4x"}}` once after a refusal, else nothing.

    A field that was sent several times is a list.
    """
    kept = request.session.get(SESSION_KEY)
    if not kept:
        return {}
    del request.session[SESSION_KEY]
    return {kept["form"]: kept["fields"]} if kept.get("row") == row_id else {}
