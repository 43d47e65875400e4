"""Rules of penalties: shares, losses, fines and the forfeited bonus (domain 4.4)."""
