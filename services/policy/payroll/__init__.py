"""Rules of the ledger and of what may be taken from a wage (domain 4.4, rule 5)."""
