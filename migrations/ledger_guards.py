"""What the database itself refuses about money: the guards of ledger, wages, deductions and exports (P8).

Both databases refuse the same things under the same word, which stands in the error's text:

* ``ledger_immutable``: a change or deletion of a journal or line, a line added to a sealed journal;
* ``ledger_unbalanced``: a seal on fewer than two lines or on a sum other than nothing;
* ``ledger_posted_before``: a journal that would replace one of the same cause, or is born sealed;
* ``ledger_reversal_differs``: a reversal that is not the exact opposite of what it reverses;
* ``deduction_differs``: a deduction journal without its deduction, or of another amount;
* ``debt_overdrawn``: a deduction that takes more than is owed;
* ``deduction_repeated``: a second deduction of one person and month (PostgreSQL: its unique constraint);
* ``deduction_without_wage``: a deduction from another wage than the recorded one, or a wage changed afterwards.

That every journal is sealed at COMMIT is the work of a deferred foreign key (models/payroll.py).
"""

from __future__ import annotations

APPEND_ONLY = ("harm_counts", "proposal_approvals", "payroll_exports", "deductions", "ledger_lines")
FIXED = ("ledger_accounts", "ledger_seals")

_DEBT_LINES = (
    "SELECT line.account_id, line.amount_fen FROM ledger_lines AS line "
    "JOIN ledger_accounts AS account ON account.id = line.account_id AND account.kind = 'debt' "
    "WHERE line.journal_id = NEW.id"
)
# what must not be true of a journal when it is sealed: (word, condition on NEW)
_SEAL_REFUSED = (
    (
        "ledger_unbalanced",
        "(SELECT count(*) FROM ledger_lines WHERE journal_id = NEW.id) < 2 "
        "OR (SELECT sum(amount_fen) FROM ledger_lines WHERE journal_id = NEW.id) <> 0",
    ),
    (
        "ledger_reversal_differs",
        "NEW.reverses_id IS NOT NULL AND EXISTS (SELECT 1 FROM ledger_lines "
        "WHERE journal_id IN (NEW.id, NEW.reverses_id) GROUP BY account_id HAVING sum(amount_fen) <> 0)",
    ),
    (
        "deduction_differs",
        "NEW.kind = 'deduction' AND NOT EXISTS (SELECT 1 FROM deductions WHERE journal_id = NEW.id "
        "AND employee_id = NEW.employee_id "
        f"AND taken_fen = -(SELECT coalesce(sum(owed.amount_fen), 0) FROM ({_DEBT_LINES}) AS owed))",
    ),
    (
        "debt_overdrawn",
        "NEW.kind = 'deduction' AND EXISTS (SELECT 1 FROM "
        f"(SELECT DISTINCT touched.account_id FROM ({_DEBT_LINES}) AS touched) AS debt WHERE "
        "(SELECT sum(amount_fen) FROM ledger_lines WHERE ledger_lines.account_id = debt.account_id) < 0)",
    ),
)
_JOURNAL_FACTS = (
    "id", "source_key", "kind", "reverses_id", "employee_id", "accident_id", "memo", "posted_at", "posted_by",
)  # fmt: skip
_SAME_WAGE = (
    "EXISTS (SELECT 1 FROM wages WHERE wages.employee_id = NEW.employee_id AND wages.month = NEW.month "
    "AND wages.gross_fen = NEW.wage_fen AND wages.minimum_fen = NEW.minimum_fen)"
)
_TAKEN_FROM = "EXISTS (SELECT 1 FROM deductions WHERE employee_id = OLD.employee_id AND month = OLD.month)"


def _changed(is_distinct: str) -> str:
    return " OR ".join(f"OLD.{name} {is_distinct} NEW.{name}" for name in _JOURNAL_FACTS)


def _sqlite_guards() -> dict[str, tuple[str, str, str]]:
    """Give ``{trigger: (event and table, refused when, word)}``."""
    made = {
        "ledger_journals_born": (
            "INSERT ON ledger_journals",
            "NEW.sealed <> 0 OR EXISTS (SELECT 1 FROM ledger_journals AS old WHERE old.id = NEW.id "
            "OR old.source_key = NEW.source_key OR old.reverses_id = NEW.reverses_id)",
            "ledger_posted_before",
        ),
        "ledger_journals_update": (
            "UPDATE ON ledger_journals",
            f"OLD.sealed <> 0 OR NEW.sealed <> 1 OR {_changed('IS NOT')}",
            "ledger_immutable",
        ),
        "ledger_journals_delete": ("DELETE ON ledger_journals", "1", "ledger_immutable"),
        "ledger_lines_insert": (
            "INSERT ON ledger_lines",
            "(SELECT sealed FROM ledger_journals WHERE id = NEW.journal_id) <> 0 "
            "OR EXISTS (SELECT 1 FROM ledger_lines AS old WHERE old.id = NEW.id)",
            "ledger_immutable",
        ),
        "deductions_insert": (
            "INSERT ON deductions",
            f"NOT {_SAME_WAGE}",
            "deduction_without_wage",
        ),
        # an INSERT OR REPLACE deletes the old row without a word where recursive triggers are off
        "deductions_repeated": (
            "INSERT ON deductions",
            "EXISTS (SELECT 1 FROM deductions AS old WHERE old.id = NEW.id OR old.journal_id = NEW.journal_id "
            "OR (old.employee_id = NEW.employee_id AND old.month = NEW.month))",
            "deduction_repeated",
        ),
        "wages_update": ("UPDATE ON wages", _TAKEN_FROM, "deduction_without_wage"),
        "wages_delete": ("DELETE ON wages", _TAKEN_FROM, "deduction_without_wage"),
        "ledger_seals_insert": ("INSERT ON ledger_seals", "1", "ledger_immutable"),
    }
    for word, condition in _SEAL_REFUSED:
        made[f"ledger_seal_{word}"] = (
            "UPDATE OF sealed ON ledger_journals", f"NEW.sealed = 1 AND ({condition})", word,
        )  # fmt: skip
    for table in APPEND_ONLY:
        for event in ("update", "delete"):
            made[f"{table}_append_only_{event}"] = (f"{event.upper()} ON {table}", "1", f"append_only: {table}")
    for table in FIXED:
        for event in ("update", "delete"):
            made[f"{table}_{event}"] = (f"{event.upper()} ON {table}", "1", "ledger_immutable")
    return made


_POSTGRES_REFUSE = """
CREATE FUNCTION refuse_with_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = '23514'; END $$
"""


def _postgres_function(name: str, checks: tuple[tuple[str, str], ...]) -> str:
    refusals = "\n".join(
        f"IF {condition} THEN RAISE EXCEPTION '{word}' USING ERRCODE = '23514'; END IF;" for word, condition in checks
    )
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        f"BEGIN\n{refusals}\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\nEND $$"
    )


_POSTGRES_CHECKS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "ledger_journals_born": ("INSERT ON ledger_journals", (("ledger_posted_before", "NEW.sealed <> 0"),)),
    "ledger_journals_update": (
        "UPDATE ON ledger_journals",
        (
            ("ledger_immutable", f"OLD.sealed <> 0 OR NEW.sealed <> 1 OR {_changed('IS DISTINCT FROM')}"),
            *_SEAL_REFUSED,
        ),
    ),
    "ledger_lines_insert": (
        "INSERT ON ledger_lines",
        (("ledger_immutable", "(SELECT sealed FROM ledger_journals WHERE id = NEW.journal_id) <> 0"),),
    ),
    "deductions_insert": ("INSERT ON deductions", (("deduction_without_wage", f"NOT {_SAME_WAGE}"),)),
    "wages_change": ("UPDATE OR DELETE ON wages", (("deduction_without_wage", _TAKEN_FROM),)),
}


def _postgres_plain() -> dict[str, tuple[str, str, str]]:
    """Give ``{trigger: (event and table, word, row or statement)}`` of what is refused whatever the row."""
    made = {
        "ledger_journals_delete": ("DELETE ON ledger_journals", "ledger_immutable", "ROW"),
        "ledger_seals_insert": ("INSERT ON ledger_seals", "ledger_immutable", "ROW"),
    }
    for table in APPEND_ONLY:
        made[f"{table}_append_only"] = (f"UPDATE OR DELETE ON {table}", f"append_only: {table}", "ROW")
    for table in FIXED:
        made[f"{table}_change"] = (f"UPDATE OR DELETE ON {table}", "ledger_immutable", "ROW")
    for table in (*APPEND_ONLY, *FIXED, "ledger_journals", "wages"):
        made[f"{table}_no_truncate"] = (f"TRUNCATE ON {table}", "ledger_immutable", "STATEMENT")
    return made


def names(dialect: str) -> set[str]:
    """List the guards that must exist, for the check at start."""
    return set(_sqlite_guards()) if dialect == "sqlite" else {*_POSTGRES_CHECKS, *_postgres_plain()}


def install() -> None:
    """Write the one row of the seals and install every guard on the connection of the running migration."""
    from alembic import op

    op.execute("INSERT INTO ledger_seals (id) VALUES (1)")
    if op.get_bind().dialect.name == "sqlite":
        for name, (event, condition, word) in _sqlite_guards().items():
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {event} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{word}'); END"
            )
        return
    op.execute(_POSTGRES_REFUSE)
    for name, (event, word, level) in _postgres_plain().items():
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH {level} EXECUTE FUNCTION refuse_with_word('{word}')")
    for name, (event, checks) in _POSTGRES_CHECKS.items():
        op.execute(_postgres_function(f"check_{name}", checks))
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW EXECUTE FUNCTION check_{name}()")


def remove() -> None:
    """Remove every guard, for a downgrade; before the tables are dropped."""
    from alembic import op

    if op.get_bind().dialect.name == "sqlite":
        for name in sorted(names("sqlite")):
            op.execute(f"DROP TRIGGER {name}")
        return
    events = {name: event for name, (event, *_) in _postgres_plain().items()}
    for name, event in (events | {name: event for name, (event, _) in _POSTGRES_CHECKS.items()}).items():
        op.execute(f"DROP TRIGGER {name} ON {event.rpartition(' ')[2]}")
    for name in _POSTGRES_CHECKS:
        op.execute(f"DROP FUNCTION check_{name}()")
    op.execute("DROP FUNCTION refuse_with_word()")
