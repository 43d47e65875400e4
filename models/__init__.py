"""Tables and the words they use; rows only, no decisions."""
