"""Static files as production serves them: hashed, put together, compressed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.admin import site
from django.core.cache import caches
from django.core.management import call_command
from django.test import override_settings


def production_storage(root: Path) -> dict[str, Any]:
    """The settings with which pages name the files in `root`."""
    storages = settings.STORAGES | {
        "staticfiles": {"BACKEND": "medspa.web.static_files.storage.HashedStaticFiles"}
    }
    return {"STATIC_ROOT": root, "STORAGES": storages}


@pytest.fixture(scope="session")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("static")
    with override_settings(**production_storage(root)):
        call_command("collectstatic", interactive=False, verbosity=0)
    return root


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
