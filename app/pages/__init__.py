"""Pages for people; each renders what one service gives."""
