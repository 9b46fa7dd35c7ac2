"""What steps write: whether a document is valid, what its sections say, what is masked."""
