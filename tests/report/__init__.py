"""The HTML page: what stands on it, how it looks, and that nothing on it acts."""
