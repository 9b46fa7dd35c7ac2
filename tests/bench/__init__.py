"""What the plugin costs: one command measures it anew, and guards hold what is not noise."""
