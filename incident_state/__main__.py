"""`python -m incident_state` is `incident-state`."""

from incident_state.cli import main

main()
