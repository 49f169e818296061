"""Run all measurements: `make bench`."""

from benchmarks.converting import converting
from benchmarks.sweeping import sweeping


def main() -> None:
    """Print one line a figure."""
    for figure in (sweeping(2_000), sweeping(20_000), converting()):
        print(figure)  # noqa: T201  # its output is what it is for


if __name__ == "__main__":
    main()
