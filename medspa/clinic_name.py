"""What the clinic is called on paper and on screens."""

from django.conf import settings


def clinic_name() -> str:
    name: str = settings.CLINIC_NAME
    return name
