"""What can be done with a session: load, check, transition, save; and who asks for it."""
