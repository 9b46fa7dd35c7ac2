"""What `doctor` finds, and what it advises."""
