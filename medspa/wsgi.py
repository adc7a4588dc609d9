"""The WSGI application, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medspa.settings")
application = get_wsgi_application()

from medspa.readiness import refuse_wrong_keys  # noqa: E402 (needs the loaded apps)

refuse_wrong_keys()
