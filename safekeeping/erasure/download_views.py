"""Files that pages of safekeeping hand out."""

from django.http import HttpResponse

from medspa.web.answers import attachment


def download(content: str | bytes, name: str, media_type: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=media_type,
        headers=attachment(name),
    )
