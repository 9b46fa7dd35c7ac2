"""What drives the real Claude Code client: a scripted API, a throwaway home, two ways in."""
