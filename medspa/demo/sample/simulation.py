"""The simulation of one chunk: its random numbers, its clock and the rows it writes."""

import json
from dataclasses import dataclass, field
from functools import cache
from random import Random

from commissions.models import Role
from leads.choices import ActivityType
from leads.services.pipeline import stage_change_payload
from medspa.demo.sample.channels import Channel
from medspa.demo.sample.days import MINUTE
from medspa.demo.sample.distributions import ProcedureMix
from medspa.demo.sample.people import Contact, ContactColumns
from medspa.demo.sample.plan import Chunk, World
from medspa.demo.sample.rows import NULL, CopyRows, stamp
from medspa.ids import cuid

ID_BITS = 82  # 2**82 fits below 36**16


@dataclass(slots=True)
class Person:
    """One lead while it is simulated; moments are epoch seconds."""

    id: str
    number: int
    contact: Contact
    channel: Channel
    campaign: str
    procedure: str
    mix: ProcedureMix
    is_surgical: bool
    price_cents: int
    assigned_to: str
    created: int
    last: int
    stage_period: str = ""
    stage: str = NULL
    stage_since: int = 0
    stage_by: str = NULL
    lost_reason: str = ""
    touched: int | None = None
    due: int | None = None
    shown: int | None = None
    visits: int = 0
    is_won: bool = False
    tags: dict[str, int] = field(default_factory=dict)
    expected_on: str = NULL
    expected_set_at: int | None = None


@cache
def _stage_change(from_stage: str, to_stage: str, lost_reason: str) -> str:
    return json.dumps(stage_change_payload(from_stage, to_stage, lost_reason))


class Simulation:
    """Generates one chunk. The same world and chunk always give the same leads."""

    def __init__(self, world: World, chunk: Chunk) -> None:
        self.world = world
        self.chunk = chunk
        self.now = world.now
        self.days = world.days
        self.delays = world.known.delays
        self.stages = world.clinic.stages
        self.rng = Random(f"{world.seed}:{chunk.index}")  # noqa: S311  (no secrets)
        self.rows = CopyRows()
        self.contacts = ContactColumns(world.keys)
        self.contacts_so_far: list[Contact] = []

    def new_id(self, moment: int) -> str:
        return cuid(moment * 1000, self.rng.getrandbits(ID_BITS))

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def between(self, least: float, most: float) -> int:
        """A random number of seconds between the two."""
        return int(least + self.rng.random() * (most - least))

    def in_opening_hours(self, moment: int) -> int:
        """`moment` if the clinic is open, else soon after it opens next."""
        if moment > self.now or self.days.is_open(moment):
            return moment
        return self.days.next_opening(moment) + self.between(0, 180 * MINUTE)

    def enter_stage(
        self, person: Person, stage: str, moment: int, *, by: str, reason: str = ""
    ) -> None:
        """Move to a stage: end the current stage period and log the move."""
        left = person.stage
        if person.stage_period:
            self._write_stage_period(person, stamp(moment))
        person.stage_period = self.new_id(moment)
        person.stage, person.stage_since, person.stage_by = stage, moment, by
        person.lost_reason = reason
        person.last = max(person.last, moment)
        if left != NULL:
            payload = _stage_change(left, stage, reason)
            self.add_activity(
                person, ActivityType.STAGE_CHANGE.value, payload, moment, by
            )

    def _write_stage_period(self, person: Person, left_at: str) -> None:
        entered = stamp(person.stage_since)
        self.rows.add(
            "leads_leadstage",
            (
                person.stage_period,
                person.id,
                person.stage,
                person.lost_reason,
                person.stage_by,
                entered,
                left_at,
                entered,
            ),
        )

    def close(self, person: Person) -> None:
        """End the simulation of a person: its current stage period stays open."""
        self._write_stage_period(person, NULL)

    def add_activity(
        self, person: Person, kind: str, payload: str, moment: int, by: str = NULL
    ) -> None:
        when = stamp(moment)
        row = (self.new_id(moment), person.id, kind, payload, by, when, when)
        self.rows.add("leads_activity", row)
        person.last = max(person.last, moment)

    def add_event(
        self,
        person: Person,
        kind: str,
        moment: int,
        metadata: str = "{}",
        cents: str = NULL,
        refund_of: str = NULL,
    ) -> str:
        """Write an event of the person; returns its id."""
        event, when = self.new_id(moment), stamp(moment)
        # Only an ad click has a campaign of its own; other events have the lead's.
        row = (event, person.id, NULL, kind, cents, refund_of, metadata, when, when)
        self.rows.add("kpis_kpievent", row)
        person.last = max(person.last, moment)
        return event

    def add_credits(self, event: str, moment: int, *shares: tuple[str, int]) -> None:
        for provider, share_bps in shares:
            row = (self.new_id(moment), event, provider, str(share_bps))
            self.rows.add("commissions_credit", row)

    def providers(self, role: Role) -> tuple[str, ...]:
        return self.world.clinic.providers[role.value]
