"""`manage.py connections`: every system that can be connected, its state, its sums."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from connections.watching.figures import ConnectionState, DoorState, read_doors
from medspa.clinic.current import clinic_scope


class Command(BaseCommand):
    help = "List every system that can be connected, with its status and numbers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        with clinic_scope():
            doors = read_doors()
            if options["json"]:
                told = [as_data(door) for door in doors]
                self.stdout.write(json.dumps(told, indent=2, default=str))
                return
            for door in doors:
                self.stdout.write(f"{door.door.name:14} {door.state}")
                for one in door.connections:
                    self.stdout.write(f"  {in_words(one)}")


def in_words(one: ConnectionState) -> str:
    sums = one.sums
    last = f"{one.last_at:%Y-%m-%d %H:%M}" if one.last_at else "never"
    return (
        f"{one.account or one.row.pk}: {one.state}. Last delivery {last}, "
        f"circuit breaker {'open' if one.open_breaker else 'closed'}, "
        f"{one.waiting} waiting, {one.parked} parked, {one.unmatched} unmatched. "
        f"Last 30 days: {sums.received} received = {sums.applied} applied + "
        f"{sums.unchanged} unchanged + {sums.echo} echo + {sums.duplicate} duplicate + "
        f"{sums.parked} parked + {sums.refused} refused."
    )


def as_data(door: DoorState) -> dict[str, Any]:
    return {
        "name": door.door.name,
        "title": door.door.title,
        "state": str(door.state),
        "connections": [_connection(one) for one in door.connections],
    }


def _connection(one: ConnectionState) -> dict[str, Any]:
    sums = one.sums
    return {
        "id": one.row.pk,
        "account": one.row.account,
        "is_on": one.row.is_on,
        "state": str(one.state),
        "last_delivery_at": one.last_at and one.last_at.isoformat(),
        "last_read_at": one.last_read_at and one.last_read_at.isoformat(),
        "circuit_breaker": "open" if one.open_breaker else "closed",
        "usual_gap_seconds": one.usual_gap and int(one.usual_gap.total_seconds()),
        "lag_seconds": int(one.lag.total_seconds()),
        "waiting": one.waiting,
        "parked": one.parked,
        "unmatched": one.unmatched,
        "received": sums.received,
        "applied": sums.applied,
        "unchanged": sums.unchanged,
        "echo": sums.echo,
        "duplicate": sums.duplicate,
        "parked_items": sums.parked,
        "refused": sums.refused,
        "refused_why": dict(one.rejected),
        "deliveries_not_stored": one.counts,
        "fields_left_out": list(one.left_out),
    }
