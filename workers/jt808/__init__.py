"""The door for JT/T 808 terminals: TCP, one process of its own."""
