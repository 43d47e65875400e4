"""Trips: the vehicle, the crew, the stops and their times."""
