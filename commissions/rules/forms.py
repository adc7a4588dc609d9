"""The form of a rule: fields for its type, in dollars and percent, and its scope."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import (
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
)
from django.forms.boundfield import BoundField

from commissions.engine.rule_language import (
    CURRENT_VERSION,
    GROUP_PATTERN,
    MAX_BRACKETS,
    MAX_RULE_CENTS,
    MOST_BPS,
    MOST_DAYS,
    MOST_WEIGHT,
    RuleRefused,
    parse_rule,
)
from commissions.models import CommissionRule, Provider, Role
from commissions.models.rule import ENDS_BEFORE_START
from commissions.rules.versions import RuleChange
from commissions.sentences import EVENT_NAMES
from kpis.choices import Category
from leads.models.procedure import procedures
from medspa.formats import clinic_formats
from medspa.months import month_of
from medspa.web.forms.fields import HundredthsField

RULE_TYPE_LABELS = {
    "percent": "Percent of each payment",
    "flat": "Fixed amount per event",
    "tiered": "Monthly tiers",
    "bonus": "Target bonus",
    "pool": "Team pool",
    "draw": "Guaranteed draw",
}
MATCH_FIELDS = ("procedures", "categories", "min_value_cents")
LIMIT_FIELDS = ("cap_cents", "min_period_base_cents")
REFUND_FIELDS = ("refund", "clawback_days")
TYPE_FIELDS = {
    "percent": (
        "rate_bps",
        "base",
        *MATCH_FIELDS,
        *LIMIT_FIELDS,
        *REFUND_FIELDS,
        "group",
    ),
    "flat": (
        "event",
        "amount_cents",
        "once_per_lead",
        *MATCH_FIELDS,
        *LIMIT_FIELDS,
        *REFUND_FIELDS,
        "group",
    ),
    "tiered": ("mode", *MATCH_FIELDS, *LIMIT_FIELDS, *REFUND_FIELDS, "group"),
    "bonus": (
        "threshold_cents",
        "amount_cents",
        *MATCH_FIELDS,
        *REFUND_FIELDS,
        "group",
    ),
    "pool": ("rate_bps", *MATCH_FIELDS, *LIMIT_FIELDS, *REFUND_FIELDS, "group"),
    "draw": ("amount_cents", "recoverable"),
}
FIELD_LABELS = {
    "rate_bps": "Rate (%)",
    "amount_cents": "Amount",
    "threshold_cents": "Target: monthly payments",
    "min_value_cents": "Minimum payment",
    "cap_cents": "Monthly cap",
    "min_period_base_cents": "Minimum monthly revenue",
    "clawback_days": "Clawback period for refunds (days)",
    "once_per_lead": "Once per lead",
    "recoverable": "Recoverable",
    "procedures": "Only for procedures",
    "categories": "Only for",
    "group": "Exclusive group",
}
FIELD_CHOICES = {
    "base": [
        ("collected", "What was collected"),
        ("net_of_cost", "What was collected minus product cost"),
    ],
    "refund": [
        ("take_back", "Clawed back"),
        ("none", "Not clawed back"),
    ],
    "mode": [
        ("marginal", "Each tier at its own rate"),
        ("whole", "The highest rate reached applies to the whole amount"),
    ],
    "event": list(EVENT_NAMES.items()),
}
REQUIRED = (
    *("rate_bps", "amount_cents", "threshold_cents"),
    *(name for name in FIELD_CHOICES if name != "refund"),
)
GROUP_NAME = RegexValidator(
    GROUP_PATTERN, "Use lowercase letters, digits, hyphens and underscores only."
)
MONEY_INPUT = forms.TextInput(attrs={"inputmode": "decimal"})


class RuleForm(forms.Form):
    """Fields that all rules have; those of the type `kind` are added to them."""

    whom = forms.ChoiceField(label="For", required=False)
    effective_from = forms.DateField(
        label="From", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    effective_to = forms.DateField(
        label="To",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    priority = forms.IntegerField(
        initial=0,
        min_value=-1000,
        max_value=1000,
        help_text="In an exclusive group, the highest priority wins.",
    )
    acknowledged_name = forms.CharField(
        label="I have read the legal notice (your name)",
        max_length=80,
        required=False,
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.change: RuleChange | None = None
        self.people = dict(Provider.objects.values_list("pk", "name"))
        whom: Any = self.fields["whom"]
        whom.choices = [
            ("", "Everyone"),
            ("Everyone with a role", [(f"role:{v}", name) for v, name in Role.choices]),
            ("One person", [(f"provider:{k}", v) for k, v in self.people.items()]),
        ]
        if kind == "pool":
            del self.fields["whom"]
        self.fields |= dict(self._fields_of_type())
        self._offer_procedures()
        for field in self.fields.values():
            if not isinstance(
                field.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple
            ):
                field.widget.attrs.setdefault("class", "field-box")

    def _fields_of_type(self) -> Iterator[tuple[str, forms.Field]]:
        for name in TYPE_FIELDS[self.kind]:
            yield name, field_for(name)
        if self.kind == "tiered":
            for number in range(MAX_BRACKETS):
                yield f"up_to_{number}", _hundredths("up_to_cents")
                yield f"rate_{number}", _hundredths("rate_bps")
        if self.kind == "pool":
            for key, name in self.people.items():
                yield (
                    f"member_{key}",
                    forms.IntegerField(
                        label=name, required=False, min_value=1, max_value=MOST_WEIGHT
                    ),
                )

    def _offer_procedures(self) -> None:
        """Those that are not archived, and those that the rule names."""
        if field := self.fields.get("procedures"):
            named = set(self["procedures"].value() or ())
            field.choices = [  # type: ignore[attr-defined]
                (code, one.name)
                for code, one in procedures().items()
                if not one.is_deleted or code in named
            ]

    @property
    def type_fields(self) -> list[BoundField]:
        return [self[name] for name in TYPE_FIELDS[self.kind]]

    @property
    def scope_fields(self) -> list[BoundField]:
        names = ("whom", "effective_from", "effective_to", "priority")
        return [self[name] for name in names if name in self.fields]

    @property
    def members(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name.startswith("member_")]

    @property
    def brackets(self) -> list[tuple[int, BoundField, BoundField]]:
        """The filled rows and two more."""
        rows = [
            (number + 1, self[f"up_to_{number}"], self[f"rate_{number}"])
            for number in range(MAX_BRACKETS if self.kind == "tiered" else 0)
        ]
        used = [n for n, *pair in rows if any(cell.value() for cell in pair)]
        return rows[: max([0, *used]) + 2]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        ends = cleaned.get("effective_to")
        if ends and "effective_from" in cleaned and ends < cleaned["effective_from"]:
            self.add_error("effective_to", ENDS_BEFORE_START)
        if self.errors:
            return cleaned
        terms = self._terms(cleaned)
        try:
            parse_rule(terms)
        except RuleRefused as refusal:
            for sentence in refusal.sentences:
                self.add_error(None, sentence)
            return cleaned
        scope, _, key = cleaned.get("whom", "").partition(":")
        self.change = RuleChange(
            provider_id=key if scope == "provider" else None,
            role=key if scope == "role" else "",
            rule_json=terms,
            priority=cleaned["priority"],
            effective_from=cleaned["effective_from"],
            effective_to=cleaned["effective_to"],
            acknowledged_name=cleaned["acknowledged_name"],
        )
        return cleaned

    def _terms(self, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        terms: dict[str, Any] = {"v": CURRENT_VERSION, "type": self.kind}
        if self.kind not in ("draw", "flat"):
            terms["event"] = "invoice_paid"
        match = {name: cleaned[name] for name in MATCH_FIELDS if cleaned.get(name)}
        if match:
            terms["match"] = match
        for name in TYPE_FIELDS[self.kind]:
            value = cleaned.get(name)
            if name not in MATCH_FIELDS and value not in (None, ""):
                terms[name] = value
        if terms.get("event") != "invoice_paid":
            # Consults are not refunded; the form asks before it knows the event.
            terms.pop("refund", None)
            terms.pop("clawback_days", None)
        if self.kind == "tiered":
            terms["brackets"] = list(self._filled_brackets(cleaned))
        if self.kind == "pool":
            terms["members"] = {
                name.removeprefix("member_"): weight
                for name, weight in cleaned.items()
                if name.startswith("member_") and weight
            }
        return terms

    def _filled_brackets(self, cleaned: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for number in range(MAX_BRACKETS):
            rate, up_to = cleaned[f"rate_{number}"], cleaned[f"up_to_{number}"]
            if rate is not None or up_to is not None:
                yield {"up_to_cents": up_to, "rate_bps": rate}


def field_for(name: str) -> forms.Field:
    label = FIELD_LABELS.get(name)
    if label and name.endswith("_cents"):
        label = clinic_formats().in_currency(label)
    if name in FIELD_CHOICES:
        return forms.ChoiceField(
            label=label, choices=FIELD_CHOICES[name], required=name in REQUIRED
        )
    if name in ("once_per_lead", "recoverable"):
        return forms.BooleanField(label=label, required=False)
    if name == "procedures":
        return _several(label, ())
    if name == "categories":
        return _several(label, Category.choices)
    if name == "clawback_days":
        return forms.IntegerField(
            label=label, required=False, min_value=0, max_value=MOST_DAYS
        )
    if name == "group":
        return forms.CharField(
            label=label, required=False, max_length=20, validators=[GROUP_NAME]
        )
    return _hundredths(name, label=label, required=name in REQUIRED)


def _hundredths(name: str, **options: Any) -> HundredthsField:
    """Within the bounds of the rule language, told in the form's own units."""
    if name.endswith("_bps"):
        least, most, told = 0, MOST_BPS, "Enter a rate from 0 to 100."
    else:
        least, most = int(name == "up_to_cents"), MAX_RULE_CENTS
        told = (
            f"Enter an amount {'above' if least else 'from'} 0, "
            f"up to {clinic_formats().money(most)}."
        )
    bounds = [
        MinValueValidator(Decimal(least) / 100, told),
        MaxValueValidator(Decimal(most) / 100, told),
    ]
    options = {"required": False, "widget": MONEY_INPUT, **options}
    return HundredthsField(validators=bounds, **options)


def _several(label: str | None, choices: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


def initial_values(rule: CommissionRule, today: date) -> dict[str, Any]:
    """The form's values for `rule`. The next version of a used rule begins this month,
    unless another day is entered, so that no closed month changes by accident."""
    first_day = rule.effective_from
    if rule.is_used:
        first_day = max(first_day, month_of(today))
    data = rule.rule.model_dump(exclude_unset=True)
    initial = {**data, **data.pop("match", {})}
    for number, bracket in enumerate(data.get("brackets", ())):
        initial[f"up_to_{number}"] = bracket["up_to_cents"]
        initial[f"rate_{number}"] = bracket["rate_bps"]
    for member, weight in data.get("members", {}).items():
        initial[f"member_{member}"] = weight
    scope = f"provider:{rule.provider_id}" if rule.provider_id else ""
    return initial | {
        "whom": scope or (f"role:{rule.role}" if rule.role else ""),
        "effective_from": first_day,
        "effective_to": rule.effective_to,
        "priority": rule.priority,
        "acknowledged_name": rule.acknowledged_name,
        "seen": newest_history_id(rule),
    }


def newest_history_id(rule: CommissionRule) -> str:
    """Remembered by the form, so that it does not overwrite a later change."""
    newest = rule.history.order_by("-history_id").first()
    return str(newest.history_id) if newest else ""
