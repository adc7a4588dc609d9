"""A small pipeline for the board's tests: stages by outcome, leads in them."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils import timezone

from leads.choices import Outcome
from leads.models import Lead, PipelineStage
from tests.factories import LeadFactory, OpportunityFactory, StageFactory


@dataclass
class Pipeline:
    """Three stages whose names say nothing of what they mean."""

    first: PipelineStage = field(
        default_factory=lambda: StageFactory(
            name="Alpha", win_probability_bps=1000, target_days=1
        )
    )
    second: PipelineStage = field(
        default_factory=lambda: StageFactory(name="Beta", win_probability_bps=3333)
    )
    won: PipelineStage = field(
        default_factory=lambda: StageFactory(
            name="Gamma", outcome=Outcome.WON, win_probability_bps=10_000
        )
    )
    lost: PipelineStage = field(
        default_factory=lambda: StageFactory(name="Delta", outcome=Outcome.LOST)
    )

    def lead(
        self,
        stage: PipelineStage | None = None,
        *,
        cents: int | None = None,
        minutes_ago: int = 0,
        **fields: Any,
    ) -> Lead:
        """A lead that came `minutes_ago` straight into the stage (the first)."""
        fields.setdefault("created_at", timezone.now() - timedelta(minutes=minutes_ago))
        lead = LeadFactory(stage=stage or self.first, **fields)
        if cents:
            OpportunityFactory(lead=lead, expected_value_cents=cents)
        return lead
