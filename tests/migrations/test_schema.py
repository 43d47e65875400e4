"""The schema on both databases: the versions make what the tables say, the guards stand, downgrades work (P17)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from migrations import schema, triggers
from models.registry import metadata
from services.errors import SetupError
from services.runtime import Runtime
from tests.support.loaded import booked, planned_trip
from tests.support.world import World


@pytest.fixture
def engine(runtime: Runtime) -> Engine:
    """The engine of a migrated database of each kind."""
    return runtime.database.engine


def test_the_versions_make_exactly_what_the_tables_say(engine: Engine) -> None:
    with engine.connect() as connection:
        # a partition is a piece of its table: only the whole has a model
        pieces = _partitions(connection)
        opts = {"compare_type": False, "include_name": lambda name, kind, _: kind != "table" or name not in pieces}
        context = MigrationContext.configure(connection, opts=opts)
        differences = [one for one in compare_metadata(context, metadata) if not _is_guard(one)]
    assert differences == []


def test_every_primary_key_is_the_models_and_holds_the_month_where_a_table_is_cut_into_months(engine: Engine) -> None:
    on_postgresql = engine.dialect.name == "postgresql"
    cut = {"positions": ["id", "fix_at"]} if on_postgresql else {}
    wanted = {name: [column.name for column in table.primary_key] for name, table in metadata.tables.items()} | cut
    found = inspect(engine)
    assert {name: found.get_pk_constraint(name)["constrained_columns"] for name in wanted} == wanted


def test_a_table_is_cut_as_its_model_says_and_no_other_is(engine: Engine) -> None:
    if engine.dialect.name == "sqlite":
        return
    said = {name: table.dialect_options["postgresql"]["partition_by"] for name, table in metadata.tables.items()}
    with engine.connect() as connection:
        query = "SELECT partrelid::regclass::text, pg_get_partkeydef(partrelid) FROM pg_partitioned_table"
        assert dict(connection.execute(text(query)).all()) == {name: by for name, by in said.items() if by}
        pieces = _partitions(connection)
    assert "positions_default" in pieces
    assert len(pieces) > 8


def test_every_guard_stands_and_a_missing_one_stops_the_start(engine: Engine) -> None:
    schema.check(engine)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP TRIGGER journal_append_only ON journal"))
        else:
            connection.execute(text("DROP TRIGGER journal_append_only_update"))
    with pytest.raises(SetupError, match="journal_append_only"):
        schema.check(engine)


def test_a_database_of_another_version_stops_the_start(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(SetupError, match="make migrate"):
        schema.check(engine)


def test_the_newest_version_by_file_name_is_alembics_head() -> None:
    assert schema.head() == ScriptDirectory.from_config(schema.config()).get_current_head()


def test_down_to_nothing_and_up_again(engine: Engine) -> None:
    schema.downgrade(engine, "base")
    assert inspect(engine).get_table_names() == ["alembic_version"]
    schema.upgrade(engine)
    schema.check(engine)


def test_every_constraint_and_index_has_a_name() -> None:
    nameless = [
        f"{table.name}: {constraint}"
        for table in metadata.tables.values()
        for constraint in table.constraints
        if not constraint.name
    ]
    assert nameless == []


@pytest.mark.parametrize("table", triggers.APPEND_ONLY)
@pytest.mark.parametrize("statement", ["UPDATE {table} SET recorded_at = recorded_at", "DELETE FROM {table}"])
def test_raw_sql_cannot_rewrite_history(world: World, table: str, statement: str) -> None:
    engine = world.runtime.database.engine
    if table == "seal_events":
        _one_seal_event(engine)
    with pytest.raises(DBAPIError, match="append_only"), engine.begin() as connection:
        connection.execute(text(statement.format(table=table)))


def test_raw_sql_cannot_reserve_a_vehicle_twice(world: World) -> None:
    planned_trip(world, [booked(world)])
    again = "INSERT INTO reservations (resource, trip_id, starts_at, ends_at, released) "
    again += "SELECT resource, trip_id, starts_at, ends_at, released FROM reservations"
    with pytest.raises(DBAPIError, match="reservation_no_overlap"), world.runtime.database.engine.begin() as connection:
        connection.execute(text(again))


def test_a_released_or_adjoining_reservation_is_no_overlap(world: World) -> None:
    planned_trip(world, [booked(world)])
    with world.runtime.database.engine.begin() as connection:
        ends_at = connection.execute(
            text("SELECT max(ends_at) FROM reservations WHERE resource = 'vehicle:鲁G10001'")
        ).scalar_one()
        trip_id = connection.execute(text("SELECT max(id) FROM trips")).scalar_one()
        put = text(
            "INSERT INTO reservations (resource, trip_id, starts_at, ends_at, released) "
            "VALUES ('vehicle:鲁G10001', :trip_id, :starts_at, :ends_at, :released)"
        )
        later = _later(ends_at)
        row = {"trip_id": trip_id, "starts_at": ends_at, "ends_at": later, "released": False}
        connection.execute(put, row)
        connection.execute(put, {**row, "released": True})
        found = connection.execute(
            text("SELECT count(*) FROM reservations WHERE resource = 'vehicle:鲁G10001'")
        ).scalar_one()
    assert found == 3


def _later(ends_at: datetime | str) -> datetime | str:
    if isinstance(ends_at, str):
        return (datetime.fromisoformat(ends_at) + timedelta(hours=1)).isoformat(sep=" ")
    return ends_at + timedelta(hours=1)


def _one_seal_event(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO seal_events (seal_id, kind, occurred_at, recorded_at, made_by, facts) "
                "SELECT min(id), 'received', :at, :at, 'test', '{}' FROM seals"
            ),
            {"at": datetime(2026, 3, 1, tzinfo=UTC)},
        )


def _partitions(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        return set()
    return set(connection.scalars(text("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")))


def _is_guard(difference: object) -> bool:
    return "reservation_no_overlap" in str(difference)
