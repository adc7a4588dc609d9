"""The WSGI application, for gunicorn and runserver."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from medspa.process.loading import loading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "medspa.settings")
with loading():
    application = get_wsgi_application()

from medspa.readiness import refuse_wrong_keys
from medspa.setup.announcing import announce_owner_link

refuse_wrong_keys()
# gunicorn says it once for all its workers (deploy/gunicorn.conf.py).
if "runserver" in sys.argv:
    announce_owner_link()
