"""The transition table: states, events, and what comes of each; it is the contract."""
