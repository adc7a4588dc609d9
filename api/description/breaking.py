"""What in a new description would break programs that follow the old one."""

from collections.abc import Iterator
from typing import Any


def breaking_changes(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """A sentence for each; empty if whoever follows `old` can follow `new`."""
    return sorted({*_operations(old, new), *_schemas(old, new)})


def unannounced(changes: list[str], changelog: str) -> list[str]:
    """Those that no line of the changelog says, as `API: <the sentence>`."""
    text = " ".join(changelog.split())
    return [change for change in changes if f"API: {change}" not in text]


def _operations(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for path, methods in old["paths"].items():
        for method, before in methods.items():
            name = f"{method.upper()} {path}"
            after = new["paths"].get(path, {}).get(method)
            if after is None:
                yield f"{name} is gone."
                continue
            yield from _operation(name, before, after)


def _operation(name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    if old.get("x-scope") != new.get("x-scope"):
        yield f"{name} needs the scope {new.get('x-scope')}."
    before = {(one["in"], one["name"]): one for one in old["parameters"]}
    after = {(one["in"], one["name"]): one for one in new["parameters"]}
    for key in before.keys() - after.keys():
        yield f"{name} has no parameter {key[1]} anymore."
    for key, one in after.items():
        was = before.get(key, {}).get("required", False)
        if one["required"] and not was:
            yield f"{name} requires {key[1]}."
    success = {status for status in old["responses"] if status < "3"}
    for status in success - new["responses"].keys():
        yield f"{name} no longer answers {status}."


def _schemas(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    schemas = new["components"]["schemas"]
    for name, before in old["components"]["schemas"].items():
        after = schemas.get(name)
        if after is None:
            yield f"{name} is gone."
            continue
        was, now = before.get("properties", {}), after.get("properties", {})
        for field in was.keys() - now.keys():
            yield f"{name} has no {field} anymore."
        for field in was.keys() & now.keys():
            if _type(was[field]) != _type(now[field]):
                yield f"{name}.{field} is of another type."
        if name.endswith(("Body", "Fields", "Range")):
            for field in {*after.get("required", ())} - {*before.get("required", ())}:
                yield f"{name} requires {field}."


def _type(schema: dict[str, Any]) -> Any:
    """What a value may be, without its words."""
    if "anyOf" in schema:
        return sorted(str(_type(one)) for one in schema["anyOf"])
    if "items" in schema:
        return ["array", _type(schema["items"])]
    return schema.get("$ref") or schema.get("type")
