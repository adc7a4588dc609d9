"""A file in production is named after its contents, so that browsers may keep it."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, Storage
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

from medspa.web.static_files import bundles

BUNDLES = {"css/": bundles.stylesheet, "js/": bundles.module}

Sources = dict[str, tuple[Storage, str]]
"""By the name of a static file: where it is, and its name there."""


class EachContentOnce(Compressor):
    """A file and its copy under a hashed name mostly have the same content."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.compress_brotli = cache(super().compress_brotli)


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Our stylesheets and modules are served together with what they import.

    A change of any part gives the whole another name. Else a browser would go on using
    an old module together with a new one.
    """

    def post_process(
        self, paths: Sources, *args: Any, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        yield from super().post_process(paths | _bundled(paths), *args, **options)

    def create_compressor(self, **options: Any) -> Compressor:
        return EachContentOnce(**options)


def _bundled(paths: Sources) -> Sources:
    def read(name: str) -> str:
        storage, path = paths[name]
        with storage.open(path) as file:
            return file.read().decode()

    together = InMemoryStorage()
    found: Sources = {}
    for name in paths:
        for folder, bundle in BUNDLES.items():
            if name.startswith(folder):
                together.save(name, ContentFile(bundle(name, read).encode()))
                found[name] = (together, name)
    return found
