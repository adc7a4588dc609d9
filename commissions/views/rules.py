"""The list of rules in words, and the form of one rule."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from commissions.engine.rule_language import parse_rule
from commissions.models import CommissionRule
from commissions.rules.forms import (
    RULE_TYPE_LABELS,
    RuleForm,
    initial_values,
    newest_history_id,
)
from commissions.rules.legal import legal_risks, legal_words
from commissions.rules.listing import current_earners, rule_list
from commissions.rules.preview import Preview, preview
from commissions.rules.versions import RuleChange, add_rule, change_rule
from commissions.sentences import rule_sentence
from commissions.statements.lines import member_names
from commissions.statements.loading import rule_row
from commissions.statements.overview import default_month
from commissions.views.refusals import (
    refusals_as_form_errors,
    refusals_as_messages,
)
from medspa.clinic.current import current_clinic
from medspa.clinic_time import clinic_today
from medspa.formats import format_date
from medspa.ids import new_id
from medspa.months import month_of
from medspa.web.add_once import SAVED_ALREADY, again_if_taken, read_row_key, row_id
from medspa.web.pages import ClinicPageMixin


class RulesPage(ClinicPageMixin, TemplateView):
    permission_required = "commissions.view_commissionrule"
    title = "Commission rules"
    template_name = "commissions/rules.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            rules=rule_list(), types=RULE_TYPE_LABELS, notice=_notice(), **kwargs
        )


class RulePage(ClinicPageMixin, TemplateView):
    """A rule's form with a preview; whoever may only view can't save."""

    permission_required = "commissions.view_commissionrule"
    template_name = "commissions/rule.html"

    @cached_property
    def rule(self) -> CommissionRule | None:
        if "rule_id" not in self.kwargs:
            return None
        return get_object_or_404(CommissionRule.objects, pk=self.kwargs["rule_id"])

    @property
    def kind(self) -> str:
        rule_type = (
            self.rule.rule_json["type"] if self.rule else self.request.GET.get("type")
        )
        if rule_type not in RULE_TYPE_LABELS:
            raise Http404("Unknown rule type.")
        return rule_type

    def has_permission(self) -> bool:
        user = self.request.user
        needed = "add" if self.rule is None else "change"
        if self.request.method == "GET" and self.rule:
            needed = "view"
        return user.is_authenticated and user.has_perm(
            f"commissions.{needed}_commissionrule"
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        initial = {"effective_from": month_of(clinic_today())}
        if self.rule:
            initial = initial_values(self.rule, clinic_today())
        return self._page(RuleForm(self.kind, initial=initial))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = RuleForm(self.kind, request.POST)
        if not form.is_valid() or form.change is None:
            return self._page(form)
        if "preview" in request.POST:
            return self._page(form, self._preview(form.change))
        if self.rule and form.cleaned_data["seen"] != newest_history_id(self.rule):
            form.add_error(
                None, "Someone else changed this rule. Reload it and try again."
            )
            return self._page(form)
        change = form.change
        return again_if_taken(lambda: self._save(form, change))

    def _save(self, form: RuleForm, change: RuleChange) -> HttpResponse:
        saved, new = None, row_id(self.request.POST)
        if not self.rule and (
            same := CommissionRule.all_objects.filter(pk=new).first()
        ):
            messages.info(self.request, SAVED_ALREADY.format(row=same))
            return redirect("commission_rules")
        with refusals_as_form_errors(form):
            saved = (
                change_rule(self.rule, change) if self.rule else add_rule(change, new)
            )
        if saved is None:
            return self._page(form)
        messages.success(self.request, f"Saved: {self._sentence(change)}.")
        if self.rule and saved.pk != self.rule.pk:
            start = format_date(saved.effective_from)
            messages.info(
                self.request,
                f"Statements used version {saved.version - 1}, so it stays unchanged; "
                f"version {saved.version} starts on {start}.",
            )
        if self._risks(change) and not change.acknowledged_name:
            messages.warning(self.request, f"Not acknowledged yet: {_notice()}")
        return redirect("commission_rules")

    def _page(self, form: RuleForm, shown: Preview | None = None) -> HttpResponse:
        self.title = f"{RULE_TYPE_LABELS[self.kind]}"
        change = form.change
        context = self.get_context_data(
            form=form,
            rule=self.rule,
            row_key="" if self.rule else self._row_key(),
            notice=_notice(),
            preview=shown,
            sentence=self._sentence(change) if change else "",
            legal_risks=self._risks(change) if change else [],
            may_save=self._may_save(),
            breadcrumbs_trail=[(reverse("commission_rules"), "Commission rules")],
        )
        return self.render_to_response(context)

    def _row_key(self) -> str:
        sent = self.request.method == "POST" and read_row_key(self.request.POST)
        return sent or new_id()

    def _may_save(self) -> bool:
        needed = "change" if self.rule else "add"
        return self.request.user.has_perm(f"commissions.{needed}_commissionrule")

    def _preview(self, change: RuleChange) -> Preview:
        row = _as_row(change)
        old = self.rule.pk if self.rule else ""
        terms = parse_rule(change.rule_json)
        return preview(rule_row(row, terms), default_month(), instead_of=old)

    def _sentence(self, change: RuleChange) -> str:
        return rule_sentence(
            parse_rule(change.rule_json),
            change.effective_from,
            change.effective_to,
            member_names([_as_row(change)]),
        )

    def _risks(self, change: RuleChange) -> list[str]:
        role = change.role or None
        if change.provider_id:
            role = current_earners()[change.provider_id].role
        terms = parse_rule(change.rule_json)
        return legal_risks(terms, role, current_clinic().country)


def _notice() -> str:
    return legal_words(current_clinic().country).notice


def _as_row(change: RuleChange) -> CommissionRule:
    return CommissionRule(
        provider_id=change.provider_id,
        role=change.role,
        rule_json=change.rule_json,
        priority=change.priority,
        effective_from=change.effective_from,
        effective_to=change.effective_to,
    )


@require_POST
@login_required
@permission_required("commissions.delete_commissionrule", raise_exception=True)
def remove(request: HttpRequest, rule_id: str) -> HttpResponse:
    rule = get_object_or_404(CommissionRule.objects, pk=rule_id)
    with refusals_as_messages(request):
        rule.delete()
        messages.success(request, "Rule deleted; no statement had used it.")
    return redirect("commission_rules")
