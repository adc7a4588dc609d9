"""A stylesheet or a module together with everything that it imports, as one text.

While we work on it a browser follows the imports by itself, file by file. In production
that would be 30 requests, so `collectstatic`, which names files after their contents,
puts what one page loads into one file (docs/decisions/0030-one-file-for-each-page.md).
Only the few forms of imports and exports that our files use are known here; any other
is refused, so that nothing is put together wrongly.
"""

import posixpath
import re
from collections.abc import Callable

Read = Callable[[str], str]
"""The text of a static file, by its name: `js/board/index.js`."""

STYLE_IMPORT = re.compile(r'^@import "([^"]+)";$', re.M)
RELATIVE_URL = re.compile(r"""url\(\s*["']?(?!data:|/|#)""")
MODULE_IMPORT = re.compile(
    r"""^import (?:(?P<names>\{(?:(?! as )[^}])*\}|\* as \w+) from )?"""
    r""""(?P<address>\.[^"]+)";$""",
    re.M,
)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const) (\w+))", re.M)
NOT_KNOWN = re.compile(r"^\s*(?:import|export)\b.*|\bimport(?:\(|\.meta).*", re.M)


class NotBundled(ValueError):
    """A file that can't be put together with what it imports."""


def stylesheet(name: str, read: Read) -> str:
    """The sheet with each `@import "other.css";` replaced by that sheet."""
    text = read(name)

    def imported(match: re.Match[str]) -> str:
        other = _beside(name, match[1])
        content = stylesheet(other, read)
        if _folder(other) != _folder(name) and RELATIVE_URL.search(content):
            raise NotBundled(f"{name}: {other} names files beside itself")
        return content.rstrip()

    whole = STYLE_IMPORT.sub(imported, text)
    if "@import" in whole:
        raise NotBundled(f'{name}: imports are written @import "other.css";')
    return whole


def module(name: str, read: Read) -> str:
    """The module and those that it imports, each run once, the imported ones first.

    Each is a function of its own, so that their names don't meet, and gives what it
    exports: constants and functions, never a variable that changes later.
    """
    written: dict[str, str] = {}
    _write_module(name, read, written, ())
    return "\n".join(written.values())


def _write_module(
    name: str, read: Read, written: dict[str, str], importers: tuple[str, ...]
) -> None:
    if name in importers:
        raise NotBundled(f"{name} imports itself by way of {importers[-1]}")
    if name in written:
        return
    text = read(name)
    for match in MODULE_IMPORT.finditer(text):
        other = _beside(name, match["address"])
        _write_module(other, read, written, (*importers, name))
    written[name] = _function(name, text)


def _function(name: str, text: str) -> str:
    def taken(match: re.Match[str]) -> str:
        names = (match["names"] or "").removeprefix("* as ")
        source = _variable(_beside(name, match["address"]))
        return f"const {names} = {source};" if names else ""

    exports = EXPORT.findall(text)
    body = EXPORT.sub("", MODULE_IMPORT.sub(taken, text))
    if left := NOT_KNOWN.search(body):
        raise NotBundled(f"{name}: {left[0].strip()}")
    given = f"return {{ {', '.join(exports)} }};\n" if exports else ""
    return f"const {_variable(name)} = (() => {{\n{body}{given}}})();"


def _variable(name: str) -> str:
    return "$" + re.sub(r"\W", "_", name.removesuffix(".js"))


def _beside(name: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(_folder(name), address))


def _folder(name: str) -> str:
    return posixpath.dirname(name)
