"""The kinds of what a command or a tool does."""

READS, PROJECT, PRODUCTION, UNKNOWN = "", "project", "production", "unknown"
# From the harmless to the worst; what is known to change is worse than what is not known.
IN_ORDER = (READS, UNKNOWN, PROJECT, PRODUCTION)


def worst(kinds: list[str]) -> str:
    """The worst of them."""
    return max(kinds, key=IN_ORDER.index)
