"""Rules of accidents: classes, clocks, moves, determination and the four no-let-gos (domain 4.1 to 4.3)."""
