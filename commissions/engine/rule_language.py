"""The rule language, version 2: strict JSON shapes, without expressions."""

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, StringConstraints, TypeAdapter, model_validator
from pydantic import ValidationError as SchemaError

from medspa.json_columns import Schema
from medspa.refusals import Refused

CURRENT_VERSION = 2
VERSIONS = (1, 2)
MAX_RULE_CENTS = 10**10
MAX_BRACKETS = 12
MAX_RULE_BYTES = 8 * 1024
MOST_BPS = 10_000
MOST_DAYS = 3650
MOST_WEIGHT = 1_000_000
GROUP_PATTERN = r"^[a-z0-9_-]{1,20}$"

RuleCents = Annotated[int, Field(ge=0, le=MAX_RULE_CENTS)]
Rate = Annotated[int, Field(ge=0, le=MOST_BPS)]
Days = Annotated[int, Field(ge=0, le=MOST_DAYS)]
Weight = Annotated[int, Field(ge=1, le=MOST_WEIGHT)]
Group = Annotated[str, StringConstraints(pattern=GROUP_PATTERN)]
ProviderId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,25}$")]
# Clinics add procedures of their own; the form offers those that there are.
RuleProcedure = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9_-]{1,20}$")]
RuleCategory = Literal["service", "retail", "membership", "deposit"]
Event = Literal["invoice_paid", "consult_show", "consult_booked"]


class Match(Schema):
    """Which events a rule is about; what is left out matches everything."""

    procedures: Annotated[list[RuleProcedure], Field(min_length=1)] | None = None
    categories: Annotated[list[RuleCategory], Field(min_length=1)] | None = None
    min_value_cents: RuleCents | None = None

    @property
    def key_count(self) -> int:
        """How many conditions there are: in a group the narrower rule wins."""
        return sum(value is not None for _, value in self)


class _Rule(Schema):
    v: Literal[2]
    match: Match = Match()
    group: Group | None = None
    refund: Literal["take_back", "none"] = "take_back"
    clawback_days: Days | None = None


class _OnPayments(_Rule):
    event: Literal["invoice_paid"]


class Percent(_OnPayments):
    type: Literal["percent"]
    rate_bps: Rate
    base: Literal["collected", "net_of_cost"] = "collected"
    cap_cents: RuleCents | None = None
    min_period_base_cents: RuleCents | None = None


class Flat(_Rule):
    type: Literal["flat"]
    event: Event
    amount_cents: RuleCents
    once_per_lead: bool = False
    cap_cents: RuleCents | None = None
    min_period_base_cents: RuleCents | None = None

    @model_validator(mode="after")
    def _only_payments_are_refunded(self) -> "Flat":
        written = {"refund", "clawback_days"} & self.model_fields_set
        if self.event != "invoice_paid" and written:
            raise ValueError("refund and clawback_days are for payments.")
        return self


class Bracket(Schema):
    up_to_cents: Annotated[int, Field(ge=1, le=MAX_RULE_CENTS)] | None
    rate_bps: Rate


class Tiered(_OnPayments):
    type: Literal["tiered"]
    mode: Literal["marginal", "whole"] = "marginal"
    brackets: Annotated[list[Bracket], Field(min_length=1, max_length=MAX_BRACKETS)]
    cap_cents: RuleCents | None = None
    min_period_base_cents: RuleCents | None = None

    @model_validator(mode="after")
    def _brackets_climb(self) -> "Tiered":
        *closed, last = [bracket.up_to_cents for bracket in self.brackets]
        if last is not None or None in closed:
            raise ValueError(
                "Leave the limit of the last tier empty, and only that one."
            )
        bounds = [bound for bound in closed if bound is not None]
        if bounds != sorted(set(bounds)):
            raise ValueError("Each tier's limit must be above the one before.")
        return self


class Bonus(_OnPayments):
    type: Literal["bonus"]
    threshold_cents: RuleCents
    amount_cents: RuleCents


class Pool(_OnPayments):
    type: Literal["pool"]
    rate_bps: Rate
    members: Annotated[dict[ProviderId, Weight], Field(min_length=1)]
    cap_cents: RuleCents | None = None
    min_period_base_cents: RuleCents | None = None


class Draw(Schema):
    v: Literal[2]
    type: Literal["draw"]
    amount_cents: RuleCents
    recoverable: bool


AnyRule = Percent | Flat | Tiered | Bonus | Pool | Draw
Rule = Annotated[AnyRule, Field(discriminator="type")]
RULE: TypeAdapter[AnyRule] = TypeAdapter(Rule)
SHAPES: dict[str, type[Schema]] = {
    get_args(shape.model_fields["type"].annotation)[0]: shape
    for shape in get_args(AnyRule)
}
RULE_TYPES = tuple(SHAPES)
NESTED: dict[str, type[Schema]] = {"match": Match, "brackets": Bracket}
# By error, first and last name of its path: what a form can leave out.
LEFT_OUT = {
    ("too_short", "brackets", "brackets"): "Enter the rate of at least one tier.",
    ("int_type", "brackets", "rate_bps"): "Enter the rate of each tier.",
    ("too_short", "members", "members"): "Enter the share of at least one member.",
}

Upgrades = Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]


def _upgrade_1(data: dict[str, Any]) -> dict[str, Any]:
    """Version 2 calls a refund at the paid rate `take_back`; consults have none."""
    new = {**data, "v": 2}
    if new.get("refund") == "original_rate":
        new["refund"] = "take_back"
    if new.get("type") == "flat" and new.get("event") != "invoice_paid":
        new.pop("clawback_days", None)
    return new


# By older version the function that upgrades a rule of it to the next one.
UPGRADES: Upgrades = {1: _upgrade_1}


class RuleRefused(Refused):
    """The rule is outside the language; each of `sentences` names a path in it."""

    code = "rule_refused"

    def __init__(self, sentences: list[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


def parse_rule(data: Any) -> AnyRule:
    """A rule as an object, of any version that there ever was.

    Raises RuleRefused with a sentence for each error: its path and what is allowed.
    """
    text = json.dumps(upgrade(data, UPGRADES, CURRENT_VERSION))
    if len(text) > MAX_RULE_BYTES:
        raise RuleRefused(["A rule can have at most 8 KB."])
    try:
        return RULE.validate_json(text)
    except SchemaError as error:
        raise RuleRefused(rule_sentences(error)) from error


def upgrade(data: Any, upgrades: Upgrades, current: int) -> Any:
    """`data` upgraded to version `current` step by step, as far as there are steps."""
    while isinstance(data, dict) and type(data.get("v")) is int:
        if data["v"] >= current or data["v"] not in upgrades:
            break
        data = upgrades[data["v"]](data)
    return data


def rule_sentences(error: SchemaError) -> list[str]:
    """What is wrong with a rule: a sentence for each error."""
    return [_sentence(item) for item in error.errors(include_url=False)]


def _sentence(item: Any) -> str:
    kind, *path = item["loc"] or ("",)
    if path and (left_out := LEFT_OUT.get((item["type"], path[0], path[-1]))):
        return left_out
    where = ".".join(str(part) for part in path) or "rule"
    if item["type"] == "extra_forbidden":
        return f"{where}: not part of the language. {_allowed(kind, path)}"
    if item["type"] == "value_error":
        return str(item["ctx"]["error"])
    return f"{where}: {item['msg']}."


def _allowed(kind: str, path: list[Any]) -> str:
    inner = next((NESTED[part] for part in path[:-1] if part in NESTED), None)
    shape = inner or SHAPES[kind]
    return f"Allowed: {', '.join(shape.model_fields)}."
