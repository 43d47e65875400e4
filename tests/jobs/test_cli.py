"""The command line: the first administrator, parked work, and the proof that the journal is whole."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from app import create_app
from models.vocabulary import Role
from services import journal
from services.runtime import Runtime
from services.settings import Settings
from services.transaction import WORKER
from tests.support.jobs import effects, owe, row
from tests.support.world import World
from workers.jobs import JOBS
from workers.run import execute


def run(runtime: Runtime, *arguments: str) -> Any:
    """Run one command and give its result."""
    return create_app(runtime).test_cli_runner().invoke(args=arguments)


def test_the_first_administrator_gets_a_key_that_works(lite: Runtime) -> None:
    made = run(lite, "create-admin", "li.ming")
    assert made.exit_code == 0
    key = made.output.strip()
    assert key.startswith("lk_")
    answer = create_app(lite).test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 200


def test_a_login_that_exists_is_refused_in_one_sentence(lite_world: World) -> None:
    refused = run(lite_world.runtime, "create-admin", Role.ADMIN.value)
    assert (refused.exit_code, refused.output) == (1, "Error: Refused: LOGIN_EXISTS\n")


def test_a_parked_row_is_listed_with_its_reason_and_can_be_replayed(lite: Runtime) -> None:
    outbox_id = owe(lite, "unknown", key="stray")
    execute(lite, outbox_id)
    listed = run(lite, "outbox", "parked").output
    assert listed.startswith(f"{outbox_id}\t2026-03-01T22:00:00Z\tunknown\tstray\t")
    assert "no job is named" in listed
    JOBS["unknown"] = JOBS["effect"]
    try:
        assert run(lite, "outbox", "replay", str(outbox_id)).exit_code == 0
        execute(lite, outbox_id)
    finally:
        del JOBS["unknown"]
    assert effects(lite) == 1
    assert row(lite, "stray").done_at is not None
    assert run(lite, "outbox", "parked").output == ""


def test_a_row_that_is_not_parked_is_not_replayed(lite: Runtime) -> None:
    refused = run(lite, "outbox", "replay", "77")
    assert (refused.exit_code, refused.output) == (1, "Error: No parked row has the id 77.\n")


def test_an_untouched_journal_is_whole(world: World) -> None:
    answer = world.client().post("/api/v1/consignments", json=world.booking(), headers=world.signed(Role.SHIPPER))
    assert answer.status_code == 201
    verified = run(world.runtime, "verify-journal")
    assert verified.exit_code == 0
    assert verified.output.endswith("entries, every chain is whole.\n")
    assert int(verified.output.split()[0]) > 10


def test_an_edited_a_deleted_and_a_swapped_entry_are_found(world: World) -> None:
    booked = world.client().post("/api/v1/consignments", json=world.booking(), headers=world.signed(Role.SHIPPER))
    assert booked.status_code == 201
    with world.runtime.begin(WORKER) as tx:
        assert journal.verify(tx).breaks == ()
        _unguarded(tx.session)
        tx.session.execute(
            text("UPDATE journal SET actor_name = 'nobody' WHERE subject_kind = 'consignment' AND seq = 1")
        )
        tx.session.execute(text("DELETE FROM journal WHERE subject_kind = 'user' AND subject_id = 1 AND seq = 1"))
        tx.session.execute(text("UPDATE journal SET seq = seq + 7 WHERE subject_kind = 'user' AND subject_id = 2"))
        found = {(place.subject_kind, place.why) for place in journal.verify(tx).breaks}
        assert found == {("consignment", "the entry was changed"), ("user", "entry 1 is missing")}
        tx.session.rollback()


def test_the_database_is_brought_up_to_date_by_the_command_line(tmp_path: Any) -> None:
    runtime = Runtime(Settings(database_url=f"sqlite:///{tmp_path}/new.db", environment="test"), None, None)  # type: ignore[arg-type]
    refused = run(runtime, "verify-journal")
    assert refused.exit_code == 1
    assert "run `make migrate`" in refused.output
    assert run(runtime, "migrate").output == "The database is up to date.\n"
    runtime.database.engine.dispose()


def _unguarded(session: Any) -> None:
    """Take the journal's own guard away for the length of this transaction."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE journal DISABLE TRIGGER USER"))
        return
    names = session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'journal'"))
    for name in names.all():
        session.execute(text(f'DROP TRIGGER "{name}"'))
