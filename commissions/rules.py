"""The rule language, version 1: closed, strict, without expressions."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from medspa.json_shapes import Shape

MAX_CENTS = 10**10
MAX_BRACKETS = 12
MAX_BYTES = 8 * 1024

Cents = Annotated[int, Field(ge=0, le=MAX_CENTS)]
Rate = Annotated[int, Field(ge=0, le=10_000)]
Days = Annotated[int, Field(ge=0, le=3650)]
Weight = Annotated[int, Field(ge=1, le=1_000_000)]
Group = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,20}$")]
ProviderId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,25}$")]
ProcedureCode = Literal["BTX", "FILLER", "LASER", "RHINO", "BREAST", "TUMMY", "FACE"]
CategoryCode = Literal["service", "retail", "membership", "deposit"]
Event = Literal["invoice_paid", "consult_show", "consult_booked"]


class Match(Shape):
    """Which events a rule is about; what is left out matches everything."""

    procedures: Annotated[list[ProcedureCode], Field(min_length=1)] | None = None
    categories: Annotated[list[CategoryCode], Field(min_length=1)] | None = None
    min_value_cents: Cents | None = None


class _Rule(Shape):
    v: Literal[1]
    match: Match = Match()
    group: Group | None = None


class _OnPayments(_Rule):
    event: Literal["invoice_paid"]


class Percent(_OnPayments):
    type: Literal["percent"]
    rate_bps: Rate
    base: Literal["collected", "net_of_cost"] = "collected"
    cap_cents: Cents | None = None
    min_period_base_cents: Cents | None = None
    refund: Literal["original_rate", "none"] = "original_rate"
    clawback_days: Days | None = None


class Flat(_Rule):
    type: Literal["flat"]
    event: Event
    amount_cents: Cents
    once_per_lead: bool = False
    cap_cents: Cents | None = None
    clawback_days: Days | None = None


class Bracket(Shape):
    up_to_cents: Annotated[int, Field(ge=1, le=MAX_CENTS)] | None
    rate_bps: Rate


class Tiered(_OnPayments):
    type: Literal["tiered"]
    mode: Literal["marginal", "whole"] = "marginal"
    brackets: Annotated[list[Bracket], Field(min_length=1, max_length=MAX_BRACKETS)]
    cap_cents: Cents | None = None
    min_period_base_cents: Cents | None = None

    @model_validator(mode="after")
    def _brackets_climb(self) -> "Tiered":
        *closed, last = [bracket.up_to_cents for bracket in self.brackets]
        if last is not None or None in closed:
            raise ValueError("the last bracket, and only the last, must be open")
        bounds = [bound for bound in closed if bound is not None]
        if bounds != sorted(set(bounds)):
            raise ValueError("brackets must strictly increase")
        return self


class Bonus(_OnPayments):
    type: Literal["bonus"]
    threshold_cents: Cents
    amount_cents: Cents


class Pool(_OnPayments):
    type: Literal["pool"]
    rate_bps: Rate
    members: Annotated[dict[ProviderId, Weight], Field(min_length=1)]


class Draw(Shape):
    v: Literal[1]
    type: Literal["draw"]
    amount_cents: Cents
    recoverable: bool


Rule = Annotated[
    Percent | Flat | Tiered | Bonus | Pool | Draw, Field(discriminator="type")
]
RULE: TypeAdapter[Any] = TypeAdapter(Rule)
RULE_TYPES = ("percent", "flat", "tiered", "bonus", "pool", "draw")
