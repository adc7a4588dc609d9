"""What other systems call our procedures: names that wait, and what they mean."""

from collections.abc import Mapping

from django.db import connection, transaction

from leads.models import Procedure, ProcedureName
from medspa.ids import new_id
from medspa.reading.short_names import says_nothing_about_somebody
from medspa.reading.word_keys import key
from medspa.refusals import Refused

# A longer cell is a note in the wrong column.
LONGEST_PROCEDURE_NAME = 40
# The ORM's upsert can't add to what is there. A name that means a procedure by now is
# left alone.
NAME_COUNT = """
    INSERT INTO leads_procedurename (id, name, key, system, row_count, created_at)
    VALUES (%s, %s, %s, '', %s, clock_timestamp())
    ON CONFLICT (key, system)
    DO UPDATE SET row_count = leads_procedurename.row_count + excluded.row_count
    WHERE leads_procedurename.procedure_id IS NULL
"""


class NameRefused(Refused):
    code = "name_refused"


def may_be_a_procedure(word: str) -> bool:
    """Whether the word may be kept and shown as the name of a procedure."""
    is_short = len(word) <= LONGEST_PROCEDURE_NAME and bool(key(word))
    return is_short and says_nothing_about_somebody(word)


def count_unknown_names(rows_by_name: Mapping[str, int]) -> None:
    """Count rows of an import whose procedures are unknown; the names wait."""
    found = [
        (new_id(), name, key(name), rows) for name, rows in sorted(rows_by_name.items())
    ]
    if found:
        with connection.cursor() as cursor:
            cursor.executemany(NAME_COUNT, found)


def set_meaning(name_id: str, procedure_id: str) -> ProcedureName:
    """From now on imports take the name for the procedure."""
    name = _found(name_id)
    name.procedure = _offered(procedure_id)
    name.save()
    return name


@transaction.atomic
def add_name(text: str, procedure_id: str, system: str = "") -> ProcedureName:
    """Raises ValidationError for a name that is not possible, NameRefused for one that
    means another procedure."""
    procedure = _offered(procedure_id)
    name = ProcedureName(name=text, system=system)
    name.clean_fields()
    name.clean()
    known = ProcedureName.objects.filter(key=name.key, system=system)
    name = known.first() or name
    if name.procedure not in (None, procedure):
        raise NameRefused(f"“{name}” already means {name.procedure}.")
    name.procedure = procedure
    name.full_clean()
    name.save()
    return name


def forget_name(name_id: str) -> ProcedureName:
    """The name means nothing again; of one that only waited nothing is kept."""
    name = _found(name_id)
    if name.procedure is None:
        ProcedureName.objects.filter(pk=name.pk)._raw_delete(connection.alias)
    else:
        name.delete()
    return name


def _offered(procedure_id: str) -> Procedure:
    procedure: Procedure | None = Procedure.objects.filter(pk=procedure_id).first()
    if procedure is None:
        raise NameRefused("Choose a procedure from the list.")
    return procedure


def _found(name_id: str) -> ProcedureName:
    names = ProcedureName.objects.select_related("procedure")
    name = names.filter(pk=name_id).first()
    if name is None:
        raise NameRefused("This name is no longer in the list.")
    return name
