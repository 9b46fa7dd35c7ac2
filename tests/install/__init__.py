"""How the environment is found or built, and what the repository says of itself."""
