"""Transitions: every row of the table, any sequence of commands, old state files."""
