"""Sizes in words."""


def in_words(size: int) -> str:
    """`9.1 MB`: in units of 1000, as disks are sold."""
    number = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if number < 1000:
            return f"{number:.0f} {unit}" if unit == "bytes" else f"{number:.1f} {unit}"
        number /= 1000
    return f"{number:.1f} TB"
