"""How a refusal becomes an answer: a sentence on the next page.

The board's script gets JSON instead: see `leads.views.board_responses`.
"""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from leads.deletions.gone_leads import gone_lead
from medspa.refusals import Refused
from medspa.web.error_pages import MovedOn
from medspa.web.refusals import redirect_refused

# A validation error is the refusal of a model.
REFUSALS = (Refused, ValidationError)


def no_such_lead(lead_id: str) -> Http404:
    """To raise for a lead that was merged, was deleted or never was."""
    gone = gone_lead(lead_id)
    if gone.survivor is None:
        return Http404(gone.sentence)
    address = reverse("lead", args=[gone.survivor.pk])
    return MovedOn(gone.sentence, address, f"Open {gone.survivor}")


def refuse(
    request: HttpRequest, refusal: Refused | ValidationError | str, back: str
) -> HttpResponse:
    """Show the refusal on the page at `back`, an address or the name of one."""
    if isinstance(refusal, str):
        refusal = Refused(refusal)
    return redirect_refused(request, refusal, back)
