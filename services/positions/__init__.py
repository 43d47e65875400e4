"""Positions: devices, what they report, where it is kept and for how long."""
