"""What the database itself refuses about money: the guards of ledger, wages, deductions and exports (P8).

Both databases refuse the same things under the same word, which stands in the error's text:

* ``ledger_immutable``: a change or deletion of a journal or account, a line added to a sealed journal;
* ``append_only``: a change, deletion or replacement of a line, deduction, run, batch or other written record;
* ``ledger_unbalanced``: a seal on fewer than two lines or on a sum other than nothing;
* ``ledger_posted_before``: a journal that would replace one of the same cause, or is born sealed;
* ``ledger_reversed_before``: a second reversal of one journal (PostgreSQL: its unique constraint);
* ``ledger_reversal_differs``: a reversal that is not the exact opposite of one that may be reversed;
* ``deduction_differs``: a deduction journal without its deduction, of another amount or on other accounts than
  this person's debts and wages, and any other journal that takes from wages;
* ``debt_overdrawn``: a deduction, transfer or leaver's journal that takes more than is owed;
* ``refund_overpaid``: a refund paid to another person, or beyond what the company owes him;
* ``deduction_repeated``: a second deduction of one person and month (PostgreSQL: its unique constraint);
* ``deduction_without_wage``: a deduction from another wage than the recorded one, or a wage changed afterwards.

That every journal is sealed at COMMIT is the work of a deferred foreign key (models/payroll.py); the two limits of a
deduction are checks of its table.
"""

from __future__ import annotations

APPEND_ONLY = ("harm_counts", "proposal_approvals", "payroll_exports", "payroll_runs", "deductions", "ledger_lines")
FIXED = ("ledger_accounts", "ledger_seals")
# an INSERT OR REPLACE deletes the old row without a word where recursive triggers are off, so SQLite asks before
# every insert: {table: ((refused under this word, columns in which a row is there already), …)}
_UNIQUE: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "harm_counts": (("uq_harm_counts_accident_id_seq", ("accident_id", "seq")),),
    "proposal_approvals": (
        ("uq_proposal_approvals_proposal_id_user_id", ("proposal_id", "user_id")),
        ("uq_proposal_approvals_proposal_id_capacity", ("proposal_id", "capacity")),
    ),
    "payroll_exports": (
        ("append_only: payroll_exports", ("number",)),
        ("append_only: payroll_exports", ("month", "seq")),
    ),
    "payroll_runs": (("append_only: payroll_runs", ("month", "seq")),),
    "deductions": (
        ("deduction_repeated", ("employee_id", "month")),
        ("deduction_repeated", ("journal_id",)),
    ),
    "ledger_lines": (),
    "ledger_accounts": (("ledger_immutable", ("code",)), ("ledger_immutable", ("penalty_id",))),
    "ledger_journals": (("ledger_posted_before", ("source_key",)), ("ledger_reversed_before", ("reverses_id",))),
}

# its accounts are looked up line by line: a join would be begun at all accounts where statistics are old
_LINES = (
    "SELECT line.account_id, line.amount_fen, "
    "(SELECT kind FROM ledger_accounts WHERE id = line.account_id) AS kind, "
    "(SELECT coalesce(employee_id, 0) FROM ledger_accounts WHERE id = line.account_id) AS owner "
    "FROM ledger_lines AS line WHERE line.journal_id = NEW.id"
)
_ACCOUNT_SUM = "(SELECT sum(amount_fen) FROM ledger_lines WHERE ledger_lines.account_id = touched.account_id)"
# what must not be true of a journal when it is sealed: (word, condition on NEW)
_SEAL_REFUSED = (
    (
        "ledger_unbalanced",
        "(SELECT count(*) FROM ledger_lines WHERE journal_id = NEW.id) < 2 "
        "OR (SELECT sum(amount_fen) FROM ledger_lines WHERE journal_id = NEW.id) <> 0",
    ),
    (
        "ledger_reversal_differs",
        "NEW.reverses_id IS NOT NULL AND (NEW.kind <> 'reversal' "
        "OR NOT EXISTS (SELECT 1 FROM ledger_journals AS undone WHERE undone.id = NEW.reverses_id "
        "AND undone.sealed = 1 AND undone.employee_id = NEW.employee_id "
        "AND undone.kind NOT IN ('reversal', 'deduction', 'refund_paid')) "
        "OR EXISTS (SELECT 1 FROM ledger_lines "
        "WHERE journal_id IN (NEW.id, NEW.reverses_id) GROUP BY account_id HAVING sum(amount_fen) <> 0))",
    ),
    (
        "deduction_differs",
        "(NEW.kind = 'deduction' AND (NOT EXISTS (SELECT 1 FROM deductions WHERE journal_id = NEW.id "
        "AND employee_id = NEW.employee_id AND taken_fen = (SELECT sum(touched.amount_fen) "
        f"FROM ({_LINES}) AS touched WHERE touched.kind = 'wages')) "
        f"OR EXISTS (SELECT 1 FROM ({_LINES}) AS touched WHERE touched.owner <> NEW.employee_id OR NOT ("
        "(touched.kind = 'debt' AND touched.amount_fen < 0) OR (touched.kind = 'wages' AND touched.amount_fen > 0))))) "
        "OR (NEW.kind NOT IN ('deduction', 'refund_paid') "
        f"AND EXISTS (SELECT 1 FROM ({_LINES}) AS touched WHERE touched.kind = 'wages'))",
    ),
    (
        "debt_overdrawn",
        "NEW.kind IN ('deduction', 'transfer', 'leaver') AND EXISTS (SELECT 1 FROM "
        f"({_LINES}) AS touched WHERE touched.kind = 'debt' AND touched.amount_fen < 0 AND {_ACCOUNT_SUM} < 0)",
    ),
    (
        "refund_overpaid",
        f"NEW.kind = 'refund_paid' AND EXISTS (SELECT 1 FROM ({_LINES}) AS touched "
        "WHERE touched.owner <> NEW.employee_id OR NOT ((touched.kind = 'refund' AND touched.amount_fen > 0 "
        f"AND {_ACCOUNT_SUM} <= 0) OR (touched.kind = 'wages' AND touched.amount_fen < 0)))",
    ),
)
_JOURNAL_FACTS = (
    "id", "source_key", "kind", "reverses_id", "employee_id", "accident_id", "memo", "posted_at", "posted_by",
)  # fmt: skip
_DEDUCTION_REFUSED = (
    (
        "deduction_without_wage",
        "NOT EXISTS (SELECT 1 FROM wages WHERE wages.employee_id = NEW.employee_id AND wages.month = NEW.month "
        "AND wages.gross_fen = NEW.wage_fen AND wages.minimum_fen = NEW.minimum_fen)",
    ),
    (
        "deduction_differs",
        "NEW.taken_fen > NEW.owed_fen OR (NEW.taken_fen = 0 AND NEW.journal_id IS NOT NULL) "
        "OR (NEW.journal_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ledger_journals AS journal "
        "WHERE journal.id = NEW.journal_id AND journal.kind = 'deduction' AND journal.sealed = 0 "
        "AND journal.employee_id = NEW.employee_id))",
    ),
)


def _taken_from(row: str) -> str:
    return f"EXISTS (SELECT 1 FROM deductions WHERE employee_id = {row}.employee_id AND month = {row}.month)"


# a wage with this number that would be replaced
_REPLACED_WAGE = (
    "EXISTS (SELECT 1 FROM wages AS held JOIN deductions ON deductions.employee_id = held.employee_id "
    "AND deductions.month = held.month WHERE held.id = NEW.id)"
)


def _changed(is_distinct: str) -> str:
    return " OR ".join(f"OLD.{name} {is_distinct} NEW.{name}" for name in _JOURNAL_FACTS)


def _sqlite_guards() -> dict[str, tuple[str, str, str]]:
    """Give ``{trigger: (event and table, refused when, word)}``."""
    made = {
        "ledger_journals_born": ("INSERT ON ledger_journals", "NEW.sealed <> 0", "ledger_posted_before"),
        "ledger_journals_update": (
            "UPDATE ON ledger_journals",
            f"OLD.sealed <> 0 OR NEW.sealed <> 1 OR {_changed('IS NOT')}",
            "ledger_immutable",
        ),
        "ledger_journals_delete": ("DELETE ON ledger_journals", "1", "ledger_immutable"),
        "ledger_lines_insert": (
            "INSERT ON ledger_lines",
            "(SELECT sealed FROM ledger_journals WHERE id = NEW.journal_id) <> 0",
            "ledger_immutable",
        ),
        "wages_insert": (
            "INSERT ON wages",
            f"{_taken_from('NEW')} OR {_REPLACED_WAGE}",
            "deduction_without_wage",
        ),
        "wages_update": (
            "UPDATE ON wages",
            f"{_taken_from('OLD')} OR {_taken_from('NEW')} OR {_REPLACED_WAGE}",
            "deduction_without_wage",
        ),
        "wages_delete": ("DELETE ON wages", _taken_from("OLD"), "deduction_without_wage"),
        "ledger_seals_insert": ("INSERT ON ledger_seals", "1", "ledger_immutable"),
    }
    for word, condition in _SEAL_REFUSED:
        made[f"ledger_seal_{word}"] = (
            "UPDATE OF sealed ON ledger_journals", f"NEW.sealed = 1 AND ({condition})", word,
        )  # fmt: skip
    for word, condition in _DEDUCTION_REFUSED:
        made[f"deductions_insert_{word}"] = ("INSERT ON deductions", condition, word)
    for table in APPEND_ONLY:
        for event in ("update", "delete"):
            made[f"{table}_append_only_{event}"] = (f"{event.upper()} ON {table}", "1", f"append_only: {table}")
    for table in FIXED:
        for event in ("update", "delete"):
            made[f"{table}_{event}"] = (f"{event.upper()} ON {table}", "1", "ledger_immutable")
    return made | _sqlite_not_replaced()


def _sqlite_not_replaced() -> dict[str, tuple[str, str, str]]:
    made = {}
    for table, keys in _UNIQUE.items():
        frozen = f"append_only: {table}" if table in APPEND_ONLY else "ledger_immutable"
        for word, columns in ((frozen, ("id",)), *keys):
            same = " AND ".join(f"old.{column} = NEW.{column}" for column in columns)
            condition = f"EXISTS (SELECT 1 FROM {table} AS old WHERE {same})"
            made[f"{table}_replaced_{'_'.join(columns)}"] = (f"INSERT ON {table}", condition, word)
    return made


_POSTGRES_REFUSE = """
CREATE FUNCTION refuse_with_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = '23514'; END $$
"""
# the last of two who seal at once waits for the first and then sees what he wrote; the same of a wage and its deduction
_LOCK_ACCOUNTS = (
    "PERFORM 1 FROM ledger_accounts WHERE id IN (SELECT account_id FROM ledger_lines WHERE journal_id = NEW.id) "
    "ORDER BY id FOR NO KEY UPDATE;"
)
_LOCK_WAGE = "PERFORM 1 FROM wages WHERE employee_id = NEW.employee_id AND month = NEW.month FOR SHARE;"


def _postgres_function(name: str, first: str, checks: tuple[tuple[str, str], ...]) -> str:
    refusals = "\n".join(
        f"IF {condition} THEN RAISE EXCEPTION '{word}' USING ERRCODE = '23514'; END IF;" for word, condition in checks
    )
    return (
        # its plans are kept from when the tables were empty, and reading whole tables then looked cheap
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$\n"
        f"BEGIN\n{first}\n{refusals}\nIF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\nRETURN NEW;\nEND $$"
    )


# {trigger: (event and table, statement to begin with, refusals)}
_POSTGRES_CHECKS: dict[str, tuple[str, str, tuple[tuple[str, str], ...]]] = {
    "ledger_journals_born": ("INSERT ON ledger_journals", "", (("ledger_posted_before", "NEW.sealed <> 0"),)),
    "ledger_journals_update": (
        "UPDATE ON ledger_journals",
        _LOCK_ACCOUNTS,
        (
            ("ledger_immutable", f"OLD.sealed <> 0 OR NEW.sealed <> 1 OR {_changed('IS DISTINCT FROM')}"),
            *_SEAL_REFUSED,
        ),
    ),
    "ledger_lines_insert": (
        "INSERT ON ledger_lines",
        "",
        (("ledger_immutable", "(SELECT sealed FROM ledger_journals WHERE id = NEW.journal_id) <> 0"),),
    ),
    "deductions_insert": ("INSERT ON deductions", _LOCK_WAGE, _DEDUCTION_REFUSED),
    "wages_change": ("UPDATE OR DELETE ON wages", "", (("deduction_without_wage", _taken_from("OLD")),)),
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
    for name, (event, first, checks) in _POSTGRES_CHECKS.items():
        op.execute(_postgres_function(f"check_{name}", first, checks))
        op.execute(f"CREATE TRIGGER {name} BEFORE {event} FOR EACH ROW EXECUTE FUNCTION check_{name}()")


def remove() -> None:
    """Remove every guard, for a downgrade; before the tables are dropped."""
    from alembic import op

    if op.get_bind().dialect.name == "sqlite":
        for name in sorted(names("sqlite")):
            op.execute(f"DROP TRIGGER {name}")
        return
    events = {name: event for name, (event, *_) in _postgres_plain().items()}
    for name, event in (events | {name: event for name, (event, *_) in _POSTGRES_CHECKS.items()}).items():
        op.execute(f"DROP TRIGGER {name} ON {event.rpartition(' ')[2]}")
    for name in _POSTGRES_CHECKS:
        op.execute(f"DROP FUNCTION check_{name}()")
    op.execute("DROP FUNCTION refuse_with_word()")
