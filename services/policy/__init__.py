"""The carrier's rules as pure functions: plain values in, findings and answers out."""
