"""Under way: stops, rests, problems, and the card after the trip."""
