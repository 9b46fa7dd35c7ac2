"""What is known of programs, their subcommands, statements and tools: what reads, what changes."""
