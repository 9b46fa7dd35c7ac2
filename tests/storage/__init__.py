"""The session folder and its sealed copy on disk."""
