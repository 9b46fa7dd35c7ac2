"""What makes a document valid."""
