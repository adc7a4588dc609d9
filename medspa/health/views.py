"""The Status page, and unlocking somebody who tried too many passwords."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from medspa.accounts.lockout import locks, unlock
from medspa.accounts.second_factor.fresh_views import fresh_sign_in_required
from medspa.health.reading import by_group, read_health, worst
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import redirect_refused


class StatusPage(ClinicPageMixin, TemplateView):
    permission_required = "medspa.change_user"
    title = "Status"
    template_name = "medspa/health.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = read_health()
        return super().get_context_data(
            groups=by_group(lines).items(),
            not_ok=[line for line in lines if not line.is_ok],
            worst=worst(lines).word,
            locks=locks(),
            **kwargs,
        )


@require_POST
@permission_required("medspa.change_user", raise_exception=True)
@fresh_sign_in_required
def unlock_sign_in(request: HttpRequest) -> HttpResponse:
    name, address = (request.POST.get(field, "") for field in ("name", "address"))
    try:
        if address:  # else it is unknown
            validate_ipv46_address(address)
    except ValidationError as refusal:
        return redirect_refused(request, refusal, "health")
    unlock(name, address)
    who = name or "Everyone"
    messages.success(request, f"{who} can sign in from {address} again.")
    return redirect("health")
