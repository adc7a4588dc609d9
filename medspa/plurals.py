"""Numbers of things in words."""


def counted(count: int, one: str, many: str) -> str:
    """`counted(1, "lead", "leads")` is `1 lead`, of 1200 it is `1,200 leads`."""
    return f"{count:,} {one if count == 1 else many}"
