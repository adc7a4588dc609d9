import pytest
from django.core.management import call_command


@pytest.fixture
def clinic(db: None) -> None:
    """The stages and tags that every clinic starts with."""
    call_command("loaddata", "pipeline_stages", "tags", verbosity=0)
