"""What the clinic is called, on pages, in emails and on paper."""

from django.conf import settings


def clinic_name() -> str:
    name: str = settings.CLINIC_NAME
    return name
