"""Printing the figures of all sizes side by side."""

Figures = dict[int, dict[str, dict[str, float]]]


def print_table(figures: Figures) -> None:
    """Medians in milliseconds: ours, the bare SQL, and how ours grows with size."""
    sizes = list(figures)
    head = "".join(f"{f'{size:,}':>12}{'bare SQL':>10}" for size in sizes)
    print(f"{'median, ms':<28}{head}{'growth':>9}")
    for question in figures[sizes[0]]:
        cells = "".join(
            f"{figures[size][question]['page']:>12.1f}"
            f"{figures[size][question]['sql']:>10.1f}"
            for size in sizes
        )
        first, last = (
            figures[size][question]["page"] for size in (sizes[0], sizes[-1])
        )
        print(f"{question:<28}{cells}{last / first:>8.2f}x")
