"""The state helper of the incident-response plugin: what may happen next, and what has happened."""

__version__ = "0.1.0"
