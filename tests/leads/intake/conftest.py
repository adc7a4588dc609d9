from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.core import serializers

from leads.models import PipelineStage, Tag


@pytest.fixture
def clinic(db: None) -> None:
    """The stages and tags that every clinic starts with, as `loaddata` writes them."""
    PipelineStage.objects.bulk_create(fixture("pipeline_stages"))
    Tag.objects.bulk_create(fixture("tags"))


@cache
def fixture(name: str) -> list[Any]:
    """Read once: reading them takes longer than most tests that need them."""
    text = (settings.BASE_DIR / "fixtures" / f"{name}.json").read_text()
    return [row.object for row in serializers.deserialize("json", text)]
