"""Which appointments of a booking system are consults."""

from medspa.json_columns import Schema


class ConsultTypes(Schema):
    """The system's ids of the kinds of appointments that are consults.

    Without any, all are.
    """

    consult_types: tuple[str, ...] = ()


def is_consult(settings: Schema, *type_ids: str) -> bool:
    """Whether an appointment of these types counts as a consult."""
    chosen = settings.consult_types if isinstance(settings, ConsultTypes) else ()
    return not chosen or not set(chosen).isdisjoint(type_ids)
