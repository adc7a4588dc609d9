"""Why a file or a row is not taken. The sentences never hold a value of the file."""


class FileRefused(Exception):
    """Nothing of the file was imported; the message is one sentence."""


class ImportStopped(Exception):
    """The database went away; whole chunks are in, and a second run finishes."""


class RowRefused(Exception):
    """This row fails alone; the message is the reason."""


class RowIsATest(Exception):
    """A row that the advertising platform sent to try the form."""
