import pytest

from tests.kpis.reference_case import FOLDER, ReferenceCase


@pytest.fixture
def clinic(db: None) -> ReferenceCase:
    """The small clinic of the shared reference case, whatever lies beside it."""
    case = ReferenceCase.read(FOLDER / "kpi_cases.json")
    case.load()
    return case
