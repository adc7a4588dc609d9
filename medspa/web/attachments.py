"""The header of an answer that a browser saves as a file.

Every file that leaves the site is named here, so that a test finds each of them and
sees that it asks for a fresh sign-in.
"""


def attachment(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
