"""The path of a request, as it may be written to a log."""

from typing import Any


def path_without_tokens(request: Any) -> str:
    """What signs somebody in who opens the page is left out; so is the query string."""
    match, path = getattr(request, "resolver_match", None), str(request.path)
    for name, value in match.kwargs.items() if match else ():
        if name.endswith("token"):
            path = path.replace(str(value), "…")
    return path
