"""Arrival, acceptance, and the page behind the link."""
