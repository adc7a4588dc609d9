"""The doors by name: every module of `connections.doors` is one."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from connections import doors
from connections.door import Door


@cache
def load_doors() -> dict[str, Door]:
    found = {}
    for module in sorted(iter_modules(doors.__path__), key=lambda one: one.name):
        door: Door | None = getattr(
            import_module(f"{doors.__name__}.{module.name}"), "DOOR", None
        )
        if door:
            found[door.name] = door
    return found


DOORS = load_doors()
