"""Every operation: each module of `api.resources` registers its own."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from api import resources
from api.web.operations import OPERATIONS, Operation, give_addresses


@cache
def operations() -> tuple[Operation, ...]:
    """In the order of the modules' names."""
    for module in iter_modules(resources.__path__):
        import_module(f"{resources.__name__}.{module.name}")
    give_addresses()
    return tuple(OPERATIONS.values())
