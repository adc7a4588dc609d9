"""The start page."""

from django.contrib import admin
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from medspa.clinic.current import current_clinic
from medspa.web.admin_site import ClinicAdminSite

# The first page that the person may see. Managers start with the board, the front desk
# with what is due today.
START_PAGES = (
    ("leads.restore_lead", "board"),
    ("leads.view_lead", "today"),
    ("kpis.view_kpis", "kpis"),
    ("commissions.view_own_statement", "my_commissions"),
    ("medspa.view_user", "people"),
)


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Send people to the page where their work starts."""
    may_set_up = request.user.has_perm("medspa.change_clinic")
    if may_set_up and not current_clinic().is_set_up:
        return redirect("checklist")
    for permission, page in START_PAGES:
        if request.user.has_perm(permission):
            return redirect(reverse(page))
    site: ClinicAdminSite = admin.site  # type: ignore[assignment]
    return render(request, "medspa/no_pages.html", site.static_context(), status=403)
