"""How large a file from the browser may be."""

from django.conf import settings

from medspa.reading.text_file import MEGABYTE

MAX_UPLOAD_MEGABYTES = settings.FILE_UPLOAD_MAX_MEMORY_SIZE // MEGABYTE
