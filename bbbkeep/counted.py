"""Say how many: the noun follows the number, and long numbers are easy to read."""


def many(count: int, one: str, more: str = "") -> str:
    """Return `1 recording` or `2,000 recordings`; *more* is for what does not just add an s."""
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"
