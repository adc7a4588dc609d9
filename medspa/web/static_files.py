"""A file in production is named after its contents, so that browsers may keep it."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

# `import { a } from "./b.js"` and `import "./b.js"`.
JS_IMPORT = r"""(?P<matched>(?P<word>\b(?:from|import)\s*)["'](?P<url>\.[^"']+)["'])"""


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Our own JavaScript modules import each other by the hashed names.

    Else a browser would go on using an old module together with a new one. Django's
    `support_js_module_import_aggregation` reads the libraries' files as well, and
    stops at a file of django-htmx that imports what is not there.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((JS_IMPORT, '%(word)s"%(url)s"'),)),
    )
