"""Drivers, their licences and their cards."""
