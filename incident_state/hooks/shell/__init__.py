"""A command line taken apart and judged: what it really runs, changes and reaches."""
