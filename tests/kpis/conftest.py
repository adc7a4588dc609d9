import pytest

from tests.kpis.reference_case import CASES, ReferenceCase


@pytest.fixture
def clinic(db: None) -> ReferenceCase:
    """The small clinic of the first reference case."""
    case = ReferenceCase.read(CASES[0])
    case.load()
    return case
