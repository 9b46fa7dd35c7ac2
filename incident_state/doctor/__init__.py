"""Whether the plugin can work here: checks, each with what was found and what to do about it."""
