"""Procedures that an import doesn't know: said by three rows, they wait for a name."""

from collections.abc import Callable

import pytest

from leads.intake.files.background import begin_import
from leads.intake.files.importing import import_table
from leads.intake.files.mapping import map_columns
from leads.intake.files.result import ImportResult
from leads.intake.files.table import read_table
from leads.intake.take_in import ImportOptions
from leads.jobs import do_import
from leads.lists.procedure_names import set_meaning
from leads.models import ImportChunk, Opportunity, Procedure, ProcedureName
from medspa.jobs.progress import NullProgress
from medspa.jobs.registry import arguments_of

pytestmark = pytest.mark.usefixtures("clinic")
SAID = ("Lip filler 1 ml", "lip filler, 1ml", "LIP FILLER 1 ML", "Nose job", "a rash")
TEXT = "First name,Email,Procedure,Expected value\n" + "\n".join(
    f'Ana,ana{number}@example.com,"{word}",500' for number, word in enumerate(SAID)
)
SENTENCE = "Unknown procedures, waiting under Procedures: “Lip filler 1 ml” (3)."


def in_request(*, is_dry_run: bool = False) -> tuple[str, ...]:
    table = read_table(TEXT.encode())
    options = ImportOptions(is_dry_run=is_dry_run)
    result: ImportResult = import_table(table, map_columns(table.headers), options)
    return result.notes


def by_worker() -> None:
    table = read_table(TEXT.encode())
    work = begin_import(table, map_columns(table.headers), ImportOptions())
    stored = "".join(chunk.content for chunk in ImportChunk.objects.all())
    assert "rash" not in stored
    assert "lip filler" in stored.lower()
    do_import(arguments_of(work), NullProgress())


def waiting() -> dict[str, int]:
    return dict(
        ProcedureName.objects.filter(procedure=None).values_list("name", "row_count")
    )


def test_a_dry_run_tells_of_them_and_stores_none() -> None:
    assert SENTENCE in in_request(is_dry_run=True)
    assert waiting() == {}


@pytest.mark.parametrize("way_in", [in_request, by_worker])
def test_only_what_three_rows_say_waits(way_in: Callable[[], object]) -> None:
    way_in()
    assert waiting() == {"Lip filler 1 ml": 3}
    assert Opportunity.objects.get().procedure_code == "RHINO"


def test_once_it_means_something_the_file_is_imported_with_it() -> None:
    assert SENTENCE in in_request()
    filler = Procedure.objects.get(code="FILLER")
    set_meaning(ProcedureName.objects.get(procedure=None).pk, filler.pk)
    assert not any("waiting" in note for note in in_request())
    codes = Opportunity.objects.order_by("procedure_code").values_list(
        "procedure_code", flat=True
    )
    assert list(codes) == ["FILLER", "FILLER", "FILLER", "RHINO"]
