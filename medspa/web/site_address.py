"""How the addresses of this site begin, for links in emails."""

from django.conf import settings
from django.http import HttpRequest


def site_address(request: HttpRequest) -> str:
    """`https://crm.example.com/`: the setting, else as the page was asked for."""
    configured: str = settings.SITE_URL.rstrip("/")
    return f"{configured}/" if configured else request.build_absolute_uri("/")
