"""Saving a web form: its wording gets a version, its submissions a connection."""

import json
import secrets

from django.db import transaction

from connections.doors.web_form import WEB_FORM_NAME, WEB_FORM_SECRET, WebFormSettings
from connections.models import Connection, WebForm, WebFormWording
from medspa import clock


@transaction.atomic
def save_form(form: WebForm) -> WebForm:
    """Save a checked form; a changed wording is a new version of it."""
    last = form.wordings.last() if not form._state.adding else None
    words = (form.email_wording, form.text_wording)
    is_new_wording = last is None or words != (last.email_wording, last.text_wording)
    if last and is_new_wording:
        form.wording_version = last.version + 1
    form.save()
    if is_new_wording:
        WebFormWording.objects.create(
            form=form,
            version=form.wording_version,
            email_wording=form.email_wording,
            text_wording=form.text_wording,
        )
    _connect(form)
    return form


def _connect(form: WebForm) -> None:
    connection = Connection.objects.filter(door=WEB_FORM_NAME, account=form.pk).first()
    if connection is None:
        connection = Connection(door=WEB_FORM_NAME, account=form.pk)
        connection.secrets = json.dumps({WEB_FORM_SECRET: secrets.token_urlsafe(32)})
        connection.secrets_set_at = clock.now()
    settings = WebFormSettings(form=form.slug, source=form.source)
    connection.settings_json = settings.model_dump()
    connection.is_on = form.is_on
    connection.full_clean()
    connection.save()


def connection_of(form: WebForm) -> Connection:
    return Connection.objects.get(door=WEB_FORM_NAME, account=form.pk)
