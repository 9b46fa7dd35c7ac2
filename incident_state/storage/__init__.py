"""The session folder on disk, which nothing else touches: lock, read, write, move, archive."""
