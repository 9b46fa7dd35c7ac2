"""What several kinds of tests use: a workbench, the told incident, the scripted client."""
