"""Files that leave the site: who downloaded what."""

from django.db import models

from medspa.audit.events import audit_kind, record_event
from medspa.json_columns import Schema


class DownloadDetails(Schema):
    """`what` is a word of ours for the kind of file, `form` its ending."""

    what: str
    form: str


class DownloadEndDetails(Schema):
    """`how` it ended: "complete" or "cut off"."""

    rows: int
    how: str


DOWNLOADED = audit_kind(
    "downloaded", "Download", "downloaded {what} as {form:capitals}", DownloadDetails
)
DOWNLOAD_ENDED = audit_kind(
    "download_ended",
    "Download ended",
    "got {rows:row|rows} of a download: {how}",
    DownloadEndDetails,
)


def record_download(what: str, form: str, subject: models.Model | None = None) -> None:
    """Call it before the first byte is sent."""
    record_event(
        DOWNLOADED, subject=subject, details=DownloadDetails(what=what, form=form)
    )
