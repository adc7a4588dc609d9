"""The WSGI application, for gunicorn and runserver."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medspa.settings")
application = get_wsgi_application()

from medspa.readiness import refuse_wrong_keys  # noqa: E402 (needs the loaded apps)
from medspa.setup.announcing import announce_owner_link  # noqa: E402

refuse_wrong_keys()
# gunicorn says it once for all its workers (deploy/gunicorn.conf.py).
if "runserver" in sys.argv:
    announce_owner_link()
