"""A session as it is looked at, worked out once for terminal, report and JSON alike."""
