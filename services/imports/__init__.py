"""Bookings from a user's own xlsx or CSV file: read, understood, booked, and given back with what became of it."""
