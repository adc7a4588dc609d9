"""Why a row is not taken in. The sentences never hold a value of the row."""

from medspa.refusals import Refused


class RowRefused(Refused):
    """This row fails and holds up no other."""

    code = "row_refused"


class SkippedTestRow(Exception):
    """The advertising platform sent this row to try its form; it is skipped."""
