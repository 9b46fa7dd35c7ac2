"""What a person sees, in a terminal and in a pipe."""
