"""Parties, sites, channels and vehicles: what stands before any order."""
