"""What is said of a session: its figures, its outcome, its last words."""
