"""What the sample's leads refer to: stages, tags, staff, providers, their rules."""

import json
from dataclasses import dataclass
from random import Random

from commissions.models import Role
from kpis.choices import Kind
from leads.choices import Outcome
from leads.models import PipelineStage, Tag
from medspa.demo.sample.advertising import new_ids
from medspa.demo.sample.rows import NULL, CopyRows, stamp
from medspa.models import User
from medspa.refusals import Refused

PROVIDERS = (
    ("Dr. Quinn Sample", Role.PHYSICIAN),
    ("Mia Sample", Role.INJECTOR),
    ("Theo Sample", Role.INJECTOR),
    ("Luz Sample", Role.LASER),
    ("Remy Sample", Role.COORDINATOR),
)
DEMO_USERS = ("frontdesk", "manager")


class SampleRefused(Refused):
    """The sample clinic can't be made in this installation."""

    code = "sample_refused"


@dataclass(frozen=True)
class Stages:
    """The ids of the stages by what they mean."""

    new: str
    contacted: str
    booked: str
    won: str
    lost: str


@dataclass(frozen=True)
class SampleClinic:
    """Ids by what they stand for; `tags` by their name in lower case."""

    stages: Stages
    tags: dict[str, str]
    staff: tuple[str, ...]
    campaigns: dict[tuple[str, str], str]
    providers: dict[str, tuple[str, ...]]


def find_stages() -> Stages:
    """Raises SampleRefused when the pipeline lacks a stage that the sample needs."""
    stages = list(PipelineStage.objects.order_by("order"))
    booking = [s.id for s in stages if s.records_kpi == Kind.CONSULT_BOOKED.value]
    first = [s.id for s in stages if s.is_open and s.id not in booking]
    won = [s.id for s in stages if s.outcome == Outcome.WON]
    lost = [s.id for s in stages if s.is_lost]
    if len(first) < 2 or not (booking and won and lost):
        raise SampleRefused(
            "The sample needs two open stages, one that records booked consults, "
            "a won and a lost one: add them under Settings, Stages."
        )
    return Stages(first[0], first[1], booking[0], won[0], lost[0])


def find_tags() -> dict[str, str]:
    return {tag.name.lower(): tag.id for tag in Tag.objects.order_by("name")}


def find_staff() -> tuple[str, ...]:
    people = User.objects.may_sign_in().filter(username__in=DEMO_USERS)
    return tuple(people.order_by("username").values_list("id", flat=True))


def open_clinic(
    rows: CopyRows,
    rng: Random,
    moment: int,
    first_day: str,
    campaigns: dict[tuple[str, str], str],
) -> SampleClinic:
    """Write providers and rules as of `moment`; raises SampleRefused."""
    stages = find_stages()
    providers = new_ids(rng, len(PROVIDERS), moment)
    for provider, (name, role) in zip(providers, PROVIDERS, strict=True):
        rows.add("commissions_provider", (provider, name, role.value, stamp(moment)))
    _agree_on_rules(rows, rng, moment, first_day, providers)
    return SampleClinic(
        stages=stages,
        tags=find_tags(),
        staff=find_staff(),
        campaigns=campaigns,
        providers=_by_role(providers),
    )


def _by_role(providers: list[str]) -> dict[str, tuple[str, ...]]:
    roles: dict[str, tuple[str, ...]] = {}
    for provider, (_, role) in zip(providers, PROVIDERS, strict=True):
        roles[role.value] = (*roles.get(role.value, ()), provider)
    return roles


def _agree_on_rules(
    rows: CopyRows, rng: Random, moment: int, first_day: str, providers: list[str]
) -> None:
    physician, *injectors, _, coordinator = providers
    rules = (
        (physician, "", _percent(2000, base="net_of_cost", clawback_days=90)),
        (NULL, Role.INJECTOR.value, _tiered()),
        (NULL, Role.LASER.value, _percent(800)),
        (physician, "", _flat("consult_show", 5000)),
        (
            NULL,
            Role.COORDINATOR.value,
            _pool(100, dict.fromkeys((*injectors, coordinator), 1)),
        ),
    )
    ids = new_ids(rng, len(rules), moment)
    for rule_id, (provider, role, rule) in zip(ids, rules, strict=True):
        text = json.dumps({"v": 2, **rule})
        row = (rule_id, provider, role, text, "0", "1", first_day, stamp(moment))
        rows.add("commissions_commissionrule", row)


def _percent(rate_bps: int, **terms: object) -> dict[str, object]:
    return {"type": "percent", "event": "invoice_paid", "rate_bps": rate_bps, **terms}


def _flat(event: str, cents: int) -> dict[str, object]:
    return {"type": "flat", "event": event, "amount_cents": cents}


def _tiered() -> dict[str, object]:
    brackets = ((1_500_000, 800), (3_000_000, 1000), (None, 1200))
    return {
        "type": "tiered",
        "event": "invoice_paid",
        "mode": "marginal",
        "match": {"procedures": ["BTX", "FILLER"], "categories": ["service"]},
        "brackets": [
            {"up_to_cents": limit, "rate_bps": rate} for limit, rate in brackets
        ],
    }


def _pool(rate_bps: int, members: dict[str, int]) -> dict[str, object]:
    return {
        "type": "pool",
        "event": "invoice_paid",
        "rate_bps": rate_bps,
        "group": "retail-pool",
        "match": {"categories": ["retail"]},
        "members": members,
    }
