"""The real Claude Code client with a scripted model."""
