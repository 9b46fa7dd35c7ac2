"""Secrets: where they stand in text, what they look like, and the text without them."""
