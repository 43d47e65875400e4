"""When the truck will be there, and what arrivals teach about it."""
