"""What a session is and how it may change: frozen values and pure transitions, no disk."""
