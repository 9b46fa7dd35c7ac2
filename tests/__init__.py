"""The tests: a folder a room of the package, then the real client, faults and installing."""
