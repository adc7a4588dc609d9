"""Static files as production serves them: hashed, put together, compressed."""

import fcntl
import json
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import brotli
import pytest
from django.conf import settings
from django.contrib.admin import site
from django.core.cache import caches
from django.core.management import call_command
from django.test import override_settings
from whitenoise.compress import Compressor

BROTLI_QUALITY = 4  # of 11


def production_storage(root: Path) -> dict[str, Any]:
    """The settings with which pages name the files in `root`."""
    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "medspa.web.static_files.storage.HashedStaticFiles"}
    }
    return {"STATIC_ROOT": root, "STORAGES": storages}


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collected by the first process that asks; the others of the run wait for it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    root, done = folder / "static", folder / "static_is_collected"
    with (folder / "static_lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            collect(root)
            done.touch()
    return root


def collect(root: Path) -> None:
    """As production does, but packed by Brotli in a hurry.

    At its best it takes 17 of 20 seconds, and no test weighs what it makes.
    """
    quickly = partial(brotli.compress, quality=BROTLI_QUALITY)
    with (
        override_settings(**production_storage(root)),
        patch.object(Compressor, "compress_brotli", staticmethod(quickly)),
    ):
        call_command("collectstatic", interactive=False, verbosity=0)


@pytest.fixture(scope="session")
def hashed(collected: Path) -> dict[str, str]:
    """From the names that templates use to those of the files that are served."""
    return json.loads((collected / "staticfiles.json").read_text())["paths"]


@pytest.fixture
def as_in_production(collected: Path) -> Iterator[Path]:
    """Pages name the files in this folder."""
    with override_settings(**production_storage(collected)):
        forget_addresses()
        yield collected
    forget_addresses()


def forget_addresses() -> None:
    """Those of the head of pages, which are kept for the process."""
    caches["template_fragments"].clear()
    site._shared_context = None
