"""The words of a command, and what the README says of them."""
