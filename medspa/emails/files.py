"""Emails as files, in development: in a folder that only this account reads."""

from typing import Any

from django.conf import settings
from django.core.mail.backends import filebased


class EmailBackend(filebased.EmailBackend):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        settings.EMAIL_FILE_PATH.mkdir(parents=True, exist_ok=True, mode=0o700)
        super().__init__(*args, **kwargs)
