"""What models and people are told and asked: briefs, questions, the answer of `next`."""
