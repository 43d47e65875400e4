"""Papers of an accident: what stands in them, how they are printed, and the monthly report that must be filed."""
