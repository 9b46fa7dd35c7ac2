"""What gates say, and how a hook ends where it cannot know."""
