"""The schema's history: Alembic versions, the triggers they install, and the check at start."""
