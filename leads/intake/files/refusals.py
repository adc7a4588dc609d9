"""Why a whole file is not imported. The sentences never hold a value of the file."""

from medspa.refusals import Refused


class FileRefused(Refused):
    """Nothing of the file was imported."""

    code = "file_refused"


class ImportStopped(Refused):
    """The database went away; whole chunks are in, and a second run finishes."""

    code = "import_stopped"
