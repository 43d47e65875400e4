"""Triggers and exclusion constraints that Alembic's batch mode would drop silently; versions call these.

Each guard has the same name on both databases, so one mapper makes the same refusal of it.
"""

from __future__ import annotations

APPEND_ONLY = ("journal", "seal_events")

_SQLITE_OVERLAP = """
CREATE TRIGGER reservation_no_overlap_{event} BEFORE {when} ON reservations
WHEN NEW.released = 0 AND EXISTS (
    SELECT 1 FROM reservations AS held
    WHERE held.resource = NEW.resource AND held.released = 0 AND held.id IS NOT NEW.id
      AND held.starts_at < NEW.ends_at AND NEW.starts_at < held.ends_at)
BEGIN SELECT RAISE(ABORT, 'reservation_no_overlap'); END
"""
_POSTGRES_OVERLAP = """
ALTER TABLE reservations ADD CONSTRAINT reservation_no_overlap EXCLUDE USING gist
(resource WITH =, tstzrange(starts_at, ends_at, '[)') WITH &&) WHERE (NOT released)
"""
_POSTGRES_APPEND_ONLY = """
CREATE FUNCTION refuse_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'append_only: % rows are never changed', TG_TABLE_NAME USING ERRCODE = '23514'; END $$
"""


def names(dialect: str) -> set[str]:
    """List the guards that must exist, for the check at start."""
    if dialect == "postgresql":
        return {"reservation_no_overlap", *(f"{table}_append_only" for table in APPEND_ONLY)}
    overlap = {f"reservation_no_overlap_{event}" for event in ("insert", "update")}
    return overlap | {f"{table}_append_only_{event}" for table in APPEND_ONLY for event in ("update", "delete")}


def install() -> None:
    """Install every guard on the connection of the running migration."""
    from alembic import op

    if op.get_bind().dialect.name == "postgresql":
        _install_postgres()
    else:
        _install_sqlite()


def remove() -> None:
    """Remove every guard, for a downgrade."""
    from alembic import op

    if op.get_bind().dialect.name == "postgresql":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
            op.execute(f"DROP TRIGGER {table}_no_truncate ON {table}")
        op.execute("DROP FUNCTION refuse_rewrite()")
        op.execute("ALTER TABLE reservations DROP CONSTRAINT reservation_no_overlap")
    else:
        for name in sorted(names("sqlite")):
            op.execute(f"DROP TRIGGER {name}")


def _install_postgres() -> None:
    from alembic import op

    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute(_POSTGRES_OVERLAP)
    op.execute(_POSTGRES_APPEND_ONLY)
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_rewrite()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewrite()"
        )


def _install_sqlite() -> None:
    from alembic import op

    op.execute(_SQLITE_OVERLAP.format(event="insert", when="INSERT"))
    op.execute(_SQLITE_OVERLAP.format(event="update", when="UPDATE"))
    for table in APPEND_ONLY:
        for event in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_append_only_{event} BEFORE {event.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'append_only: {table} rows are never changed'); END"
            )
