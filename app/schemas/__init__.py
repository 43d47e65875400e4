"""What comes in and goes out, one file per resource with the same name."""
