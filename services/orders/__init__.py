"""Transport orders: booked, changed, cancelled, booked anew for what did not arrive."""
