"""Values that are handed on can't be changed by whoever gets them."""

import dataclasses
from collections.abc import Iterator
from importlib import import_module

import pytest

from tests.medspa.test_layers import LAYERS, MODULES

# Those that collect something while an act goes on.
FILLED_BIT_BY_BIT = {
    "campaigns.spend.export_file.Spending",
    "campaigns.spend.pasting.Pasted",
    "campaigns.spend.pasting.SpendEdits",
    "commissions.statements.calculate.RunReport",
    "commissions.statements.closing.SigningResult",
    "commissions.statements.corrections.FoundCorrections",
    "kpis.events.no_show.Past",
    "kpis.restatements.causes.Comparison",
    "leads.bulk.actions.BulkOutcome",
    "leads.services.matching.Known",
    "leads.services.pipeline.Moves",
    "leads.services.unmerging.Unmerged",
    "medspa.demo.sample.simulation.Person",
    "medspa.request_counts.counting.Total",
    "api.web.calls.ApiCall",
    "connections.gohighlevel.api.breaker.StoredBreaker",
    "connections.gohighlevel.api.client.Client",
    "connections.gohighlevel.api.limits.CircuitBreaker",
    "connections.gohighlevel.api.limits.RateLimit",
    "connections.gohighlevel.asking._Asking",
    "connections.gohighlevel.inbound.Inbound",
    "connections.gohighlevel.outgoing._Sending",
    "safekeeping.backups.drills.drill.Drill",
    "safekeeping.backups.making.archiving.Archiver",
    "safekeeping.seals.verifying.Verified",
    "medspa.encryption.index_rotation.IndexRotation",
    "medspa.encryption.rotation.RotationResult",
    "medspa.web.conflicts.Reconciliation",
}


def dataclasses_of(layer: str) -> Iterator[type]:
    for name in MODULES:
        if name.split(".")[0] == layer and "management" not in name:
            for value in vars(import_module(name)).values():
                is_own = getattr(value, "__module__", "") == name
                if (
                    is_own
                    and isinstance(value, type)
                    and dataclasses.is_dataclass(value)
                ):
                    yield value


@pytest.mark.django_db  # what answers requests checks its keys when it is imported
@pytest.mark.parametrize("layer", LAYERS)
def test_dataclasses_are_frozen_but_for_those_that_collect(layer: str) -> None:
    changing = {
        f"{found.__module__}.{found.__qualname__}"
        for found in dataclasses_of(layer)
        if not found.__dataclass_params__.frozen
    }
    assert changing == {
        name for name in FILLED_BIT_BY_BIT if name.split(".")[0] == layer
    }
