"""The case of an accident: reported, answered, counted, timed and reported on, and the people it takes off duty."""
