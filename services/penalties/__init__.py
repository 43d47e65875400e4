"""Losses, what comes back of them, and the penalties that a person proposes, approves, serves and decides."""
