"""A clinic connected with the double of GoHighLevel, for tests."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from connections.door import Delivery
from connections.doors.gohighlevel import DOOR
from connections.gohighlevel.client import Client
from connections.gohighlevel.outgoing import send_due
from connections.gohighlevel.polling import Poll, poll
from connections.models import Connection, Stream
from leads.models import Lead, LeadTag, PipelineStage
from medspa import clock
from tests.connections.fake_gohighlevel import Api, FakeGoHighLevel, FakeTime
from tests.connections.fake_gohighlevel.fake import TOKEN
from tests.factories import StageFactory


@dataclass
class ConnectedClinic:
    """Both sides, and the connection between them, without a queue."""

    api: Api = field(
        default_factory=lambda: Api(
            # Like this computer's clock, and an hour behind, to have room to advance.
            FakeGoHighLevel(
                FakeTime(clock.now().replace(microsecond=0) - timedelta(hours=1))
            )
        )
    )
    stages: list[PipelineStage] = field(default_factory=list)
    writes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.stages = [
            StageFactory.create(name=f"Stage {number}", order=number)
            for number in range(101, 104)
        ]
        fake = self.fake
        self.connection = Connection.objects.create(
            door="gohighlevel",
            account=fake.location,
            secrets=f'{{"token": "{TOKEN}"}}',
            settings_json={
                "stages": {
                    fake.stage_id(at): stage.pk for at, stage in enumerate(self.stages)
                },
                "consult_calendars": [fake.calendars[0].id],
                "writes": list(self.writes),
            },
            made_at=fake.time() - timedelta(hours=1),
        )

    @property
    def fake(self) -> FakeGoHighLevel:
        return self.api.fake

    @property
    def client(self) -> Client:
        time = self.fake.time
        return Client(
            TOKEN,
            self.fake.location,
            self.api.client(),
            monotonic=time.monotonic,
            sleep=time.sleep,
        )

    def wait(self, seconds: float) -> None:
        self.fake.time.sleep(seconds)

    def poll(self, stream: Stream = Stream.CONTACTS) -> Counter[str]:
        return poll(self.connection, self.client, stream)

    def send(self) -> Counter[str]:
        return send_due(Poll.of(self.connection, self.client))

    def receive(self) -> Counter[str]:
        """Work off the events that GoHighLevel sends now."""
        one = Poll.of(self.connection, self.client)

        def work(body: bytes, headers: dict[str, str]) -> int:
            delivery = Delivery(body, headers, received_at=clock.now())
            DOOR.verify(delivery, {"app_public_keys": self.fake.webhooks.public_key})
            for projection in DOOR.read(delivery):
                one.take(DOOR.translate(projection, one.context))
            return 200

        self.fake.webhooks.deliver(self.fake.time(), work)
        return one.counts

    def lead(self, contact_id: str) -> Lead:
        found: Lead = Lead.objects.get(external_id=contact_id)
        return found

    def stage_of(self, lead: Lead) -> Any:
        return lead.stage_periods.get(left_at=None).stage

    def tags_of(self, lead: Lead) -> set[str]:
        links = LeadTag.objects.filter(lead=lead)
        return set(links.values_list("tag__name", flat=True))
