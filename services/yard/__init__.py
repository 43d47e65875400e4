"""Loading, lashing, sealing and the gate."""
