"""Kills, disk errors, power loss, races, and bad input by the thousand."""
