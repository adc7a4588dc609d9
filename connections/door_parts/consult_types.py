"""Which appointments of a booking system are consults, for what and with whom."""

from collections.abc import Iterable

from connections.door_parts.mappings import (
    MappedName,
    MappingColumn,
    MappingTable,
    OurKey,
    Ours,
    ProcedureKey,
    TheirKey,
)
from medspa.json_columns import Schema


class ConsultTypes(Schema):
    """By the system's ids of kinds of appointments, and of who holds them.

    Without any consult types, all appointments are consults.
    """

    consult_types: tuple[TheirKey, ...] = ()
    type_procedures: dict[TheirKey, ProcedureKey] = {}
    providers: dict[TheirKey, OurKey] = {}
    # What mapped things are called there.
    names: dict[TheirKey, MappedName] = {}


def consult_type_tables(
    types: str, types_help: str, people: str, people_help: str
) -> tuple[MappingTable, ...]:
    """The two tables of a booking system, in its own words."""
    return (
        MappingTable(
            "types",
            types,
            "ID",
            f"{types_help} Without any, every appointment counts as a consult.",
            (
                MappingColumn("consult_types", "Is a consult"),
                MappingColumn("type_procedures", "Procedure", Ours.PROCEDURE),
            ),
        ),
        MappingTable(
            "people",
            people,
            "ID",
            people_help,
            (MappingColumn("providers", "Provider", Ours.PROVIDER),),
        ),
    )


def is_consult(settings: Schema, *type_ids: str) -> bool:
    """Whether an appointment of these types counts as a consult."""
    chosen = settings.consult_types if isinstance(settings, ConsultTypes) else ()
    return not chosen or not set(chosen).isdisjoint(type_ids)


def procedure_of(settings: Schema, type_ids: Iterable[str]) -> str:
    """Our procedure's code; empty if none of the types is mapped."""
    known = settings.type_procedures if isinstance(settings, ConsultTypes) else {}
    return next((known[one] for one in type_ids if one in known), "")


def provider_of(settings: Schema, person_ids: Iterable[str]) -> str:
    """Our provider's id; empty if nobody of these is mapped."""
    known = settings.providers if isinstance(settings, ConsultTypes) else {}
    return next((known[one] for one in person_ids if one in known), "")
