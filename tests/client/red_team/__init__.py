"""The real client with models that break the rules, and with honest ones."""
