"""The command line of the people who run an installation: ``flask --app wsgi COMMAND``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from migrations import schema
from models.vocabulary import ActorKind, Role
from services import accounts, journal, outbox
from services.errors import BusyError, ConflictError, SetupError
from services.policy.findings import RuleBrokenError
from services.runtime import Runtime
from services.transaction import Actor, Tx

T = TypeVar("T")
# whoever reaches this command line reaches the database as well, so the first administrator is made here
HAND = Actor(ActorKind.CLI, "command line", roles=frozenset({Role.ADMIN}))
SHOWN = 200


def register(app: Flask) -> None:
    """Add the commands to the application's command line."""
    for command in (create_admin, migrate, outbox_desk, verify_journal):
        app.cli.add_command(command)


@click.command("create-admin")
@click.argument("login")
@with_appcontext
def create_admin(login: str) -> None:
    """Make an administrator and print the API key, this once."""

    def made(tx: Tx) -> str:
        user = accounts.create_user(tx, accounts.NewUser(login=login, name=login, roles=(Role.ADMIN,)))
        return accounts.issue_key(tx, user, "command line", (), None).secret

    click.echo(_write(made))


@click.command("migrate")
@with_appcontext
def migrate() -> None:
    """Bring the database to this program's schema."""
    engine = _runtime().database.engine
    _told(lambda: schema.upgrade(engine))
    _told(lambda: schema.check(engine))
    click.echo("The database is up to date.")


@click.group("outbox")
def outbox_desk() -> None:
    """Look after work that would not go."""


@outbox_desk.command("parked")
@with_appcontext
def parked() -> None:
    """List parked rows with their reason, oldest first."""
    for row in _read(lambda tx: outbox.parked(tx, SHOWN)):
        click.echo(f"{row.id}\t{row.parked_at:%Y-%m-%dT%H:%M:%SZ}\t{row.job}\t{row.key}\t{row.parked_reason}")


@outbox_desk.command("replay")
@click.argument("outbox_id", type=int)
@with_appcontext
def replay(outbox_id: int) -> None:
    """Put a parked row back to work."""
    if not _write(lambda tx: outbox.replay_parked(tx, outbox_id)):
        raise click.ClickException(f"No parked row has the id {outbox_id}.")
    click.echo(f"Row {outbox_id} is due again.")


@click.command("verify-journal")
@with_appcontext
def verify_journal() -> None:
    """Work out every hash of the journal again; exit code 1 and the places when a chain is broken."""
    verdict = _read(journal.verify)
    for found in verdict.breaks:
        click.echo(f"{found.subject_kind} {found.subject_id} entry {found.seq}: {found.why}", err=True)
    if verdict.breaks:
        raise click.ClickException(f"{len(verdict.breaks)} broken chains among {verdict.entries} entries.")
    click.echo(f"{verdict.entries} entries, every chain is whole.")


def _write(work: Callable[[Tx], T]) -> T:
    return _told(lambda: _checked().write(HAND, work))


def _read(work: Callable[[Tx], T]) -> T:
    def reading() -> T:
        with _checked().read(HAND) as tx:
            return work(tx)

    return _told(reading)


def _told(step: Callable[[], T]) -> T:
    """Turn what a person can mend into one sentence."""
    try:
        return step()
    except (SetupError, BusyError) as error:
        raise click.ClickException(str(error)) from error
    except ConflictError as error:
        raise click.ClickException(f"Refused: {error.code}") from error
    except RuleBrokenError as error:
        raise click.ClickException("Refused: " + ", ".join(finding.code for finding in error.findings)) from error


def _checked() -> Runtime:
    runtime = _runtime()
    schema.check(runtime.database.engine)
    return runtime


def _runtime() -> Runtime:
    made: Any = current_app.extensions["lading"]
    return made  # type: ignore[no-any-return]
