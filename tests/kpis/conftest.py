import pytest

from kpis.rollups.reading import is_fresh
from tests.kpis.reference_case import FOLDER, ReferenceCase


@pytest.fixture
def clinic(db: None) -> ReferenceCase:
    """The small clinic of the shared reference case, whatever lies beside it."""
    case = ReferenceCase.read(FOLDER / "kpi_cases.json")
    case.load()
    return case


@pytest.fixture(scope="module")
def clinic_of_file(committed_once: None) -> ReferenceCase:
    """The same clinic, with its sums, for a whole file; what a test does is undone.

    In such a file no test may count on an empty database.
    """
    case = ReferenceCase.read(FOLDER / "kpi_cases.json")
    case.load()
    assert is_fresh(case.window(case.content["ranges"][0]["id"]))
    return case
