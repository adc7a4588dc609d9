"""Whatever people do on both sides, they end equal, and then nothing is written.

`CONVERGENCE_EXAMPLES=100` tries more courses of events than the suite has time for.
"""

import os
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from connections.gohighlevel import inbound, known, outgoing
from connections.models import ChangeState, OutgoingChange, Stream
from leads.models import Lead, Tag
from leads.services.pipeline import move
from leads.services.tagging import add_tag
from medspa import clock
from tests.connections.gohighlevel_clinic import ConnectedClinic
from tests.factories import TagFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
NAMES = ("Nora", "Mia", "Lena")
EMAILS = ("a@example.com", "b@example.com", "c@example.com")
TAGS = ("Botox", "Filler")
WRITES = ("first_name", "email", "tags", "stage")
SOME = st.integers(0, 2)
EXAMPLES = int(os.environ.get("CONVERGENCE_EXAMPLES", "4"))
VALUES: dict[str, Any] = {"name": NAMES, "email": EMAILS, "stage": range(3)}

# What happens: a name, and a number that chooses among the values.
HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                *("name here", "name there", "email here", "email there"),
                *("tag here", "tag there", "stage here", "stage there"),
                *("receive", "send", "poll", "wait", "outage here", "outage there"),
            ]
        ),
        SOME,
    ),
    max_size=14,
)


class Both:
    """A lead on both sides, and what can happen to it."""

    def __init__(self) -> None:
        self.clinic = ConnectedClinic(writes=WRITES)
        self.fake = self.clinic.fake
        self.fake.webhooks.duplicated = self.fake.webhooks.delayed = 0.3
        self.fake.time.now = clock.now()
        self.tags = [TagFactory.create(name=name) for name in TAGS]
        self.contact = self.fake.add_contact(firstName="Nora", email=EMAILS[0]).id
        self.fake.time.sleep(400)
        self.clinic.receive()
        self.opportunity = self.fake.add_opportunity(self.contact, stage=0).id
        # Field → what was last set, and on which sides it was.
        self.last: dict[str, Any] = {}
        self.sides: dict[str, set[str]] = {}
        self.settle(rounds=1)

    @property
    def lead(self) -> Lead:
        return self.clinic.lead(self.contact)

    def happen(self, what: str, number: int) -> None:
        self.fake.time.sleep(1)
        field, _, side = what.partition(" ")
        if field in VALUES:
            self.last[field] = VALUES[field][number]
            self.sides.setdefault(field, set()).add(side)
        steps: dict[str, Callable[[int], Any]] = {
            "name here": lambda n: self.edit(first_name=NAMES[n]),
            "name there": lambda n: self.edit_there(firstName=NAMES[n]),
            "email here": lambda n: self.edit(email=EMAILS[n]),
            "email there": lambda n: self.edit_there(email=EMAILS[n]),
            "tag here": self.tag_here,
            "tag there": self.tag_there,
            "stage here": lambda n: move(self.lead.pk, self.clinic.stages[n].pk),
            "stage there": self.stage_there,
            "receive": lambda n: self.clinic.receive(),
            "send": lambda n: self.send(),
            "poll": lambda n: self.clinic.poll(),
            "wait": lambda n: self.wait(timedelta(minutes=3)),
            "outage here": lambda n: self.outage_here(),
            "outage there": lambda n: self.outage_there(),
        }
        steps[what](number)

    def edit(self, **values: str) -> None:
        lead = self.lead
        for name, value in values.items():
            setattr(lead, name, value)
        lead.save(update_fields=[*values, "updated_at"])

    def edit_there(self, **values: Any) -> None:
        self.fake.edit_contact(self.contact, **values)

    def tag_here(self, number: int) -> None:
        tag: Tag = self.tags[number % 2]
        if link := self.lead.lead_tags.filter(tag=tag).first():
            link.delete()
        else:
            add_tag(self.lead, tag)

    def tag_there(self, number: int) -> None:
        tag = TAGS[number % 2].lower()
        tags = self.fake.contacts[self.contact].tags
        left = [one for one in tags if one != tag]
        self.edit_there(tags=left if tag in tags else [*tags, tag])

    def stage_there(self, number: int) -> None:
        stage = self.fake.stage_id(number)
        self.fake.edit_opportunity(self.opportunity, pipelineStageId=stage)

    def outage_here(self) -> None:
        """Events are answered with 503 and come again."""
        self.fake.webhooks.deliver(self.fake.time(), lambda body, headers: 503)

    def outage_there(self) -> None:
        self.clinic.api.faults = [503] * 4
        self.send()
        self.clinic.api.faults = []

    def send(self) -> None:
        OutgoingChange.objects.filter(state=ChangeState.WAITING).update(
            next_at=clock.now() - timedelta(seconds=1)
        )
        self.clinic.send()

    def wait(self, passed: timedelta) -> None:
        """Changes that wait become older; the database's own clock goes on."""
        self.fake.time.sleep(passed.total_seconds())
        for change in OutgoingChange.objects.filter(state=ChangeState.WAITING):
            change.changed_at -= passed
            change.save(update_fields=["changed_at"])

    def settle(self, rounds: int = 3) -> None:
        for _ in range(rounds):
            self.fake.time.sleep(3_600)
            self.clinic.receive()
            self.send()
            self.clinic.poll()
            self.clinic.poll(Stream.OPPORTUNITIES)

    def here(self) -> tuple[Any, ...]:
        lead = self.lead
        tags = sorted(name.lower() for name in self.clinic.tags_of(lead))
        stage = self.clinic.stages.index(self.clinic.stage_of(lead))
        return lead.first_name, lead.email, tags, stage

    def uncontested(self) -> dict[str, Any]:
        """What was set on one side only, so that it must be what both have."""
        return {
            name: self.last[name] for name, on in self.sides.items() if len(on) == 1
        }

    def there(self) -> tuple[Any, ...]:
        contact = self.fake.contacts[self.contact]
        stage = self.fake.opportunities[self.opportunity].pipelineStageId
        number = [self.fake.stage_id(at) for at in range(3)].index(stage)
        return contact.firstName, contact.email, sorted(contact.tags), number


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(happenings=HAPPENINGS)
# An edit here waits while the unchanged contact is read again.
@example([("name here", 1), ("wait", 0), ("poll", 0)])
# Our own write comes back after the next edit here.
@example(
    [("email here", 1), ("send", 0), ("email here", 2), ("wait", 0), ("receive", 0)]
)
@example([("stage here", 1), ("send", 0), ("stage here", 2), ("receive", 0)])
# Back to what was written before.
@example([("email here", 1), ("send", 0), ("email there", 2), ("email there", 1)])
@example([("tag here", 0), ("send", 0), ("tag there", 0), ("outage there", 0)])
def test_both_sides_end_equal_and_then_nothing_is_written(
    happenings: list[tuple[str, int]],
) -> None:
    with transaction.atomic():
        both = Both()
        for what, number in happenings:
            both.happen(what, number)
        both.settle()
        name, email, _, stage = both.here()
        found = {"name": name, "email": email, "stage": stage}
        assert both.uncontested().items() <= found.items()
        assert both.here() == both.there()
        written, seen = len(both.clinic.api.writes), both.here()
        both.settle(rounds=1)
        assert len(both.clinic.api.writes) == written
        assert both.here() == both.there() == seen
        transaction.set_rollback(True)


def test_without_protection_from_echoes_it_loops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    both = Both()
    both.edit(first_name="Mia")
    both.settle()
    settled = len(both.clinic.api.writes)
    both.settle(rounds=4)
    assert len(both.clinic.api.writes) == settled
    # Nothing is known of their values, and what comes from there is noted as ours.
    monkeypatch.setattr(known.KnownValue, "is_same", lambda *args: False)
    finish = inbound.Inbound.finish

    def finish_and_note(self: inbound.Inbound) -> None:
        finish(self)
        OutgoingChange.objects.get_or_create(
            connection=self.connection,
            lead=both.lead,
            field="first_name",
            state=ChangeState.WAITING,
        )

    monkeypatch.setattr(inbound.Inbound, "finish", finish_and_note)
    monkeypatch.setattr(outgoing, "end", nullcontext)
    both.edit(first_name="Lena")
    both.settle(rounds=4)
    assert len(both.clinic.api.writes) >= settled + 4
