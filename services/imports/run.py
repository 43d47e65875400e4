"""Take a file of bookings in, and work through it in short transactions that a crash cannot spoil."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from sqlalchemy import insert, select, true

from models.accounts import User
from models.imports import ImportFile, ImportRow
from models.parties import Party
from models.vocabulary import ImportState, PartyKind
from services import accounts
from services.errors import NotFoundError
from services.imports import answers
from services.imports.cells import printable
from services.imports.deciding import Outcome, Shipper, decide, find_known
from services.imports.reading import CsvForm, Table, read
from services.imports.rows import Group, Order, groups_of, orders_of
from services.imports.workbooks import UnreadableError
from services.policy.findings import Finding, require
from services.scope import parties_of
from services.tokens import public_id
from services.transaction import Actor, Subject, Tx

# rows of one transaction: what the embedded database is locked for
CHUNK_ROWS = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """A file as read, its orders, and how many rows come before each of them (and, last, the rows of all)."""

    table: Table
    groups: Sequence[Group]
    starts: Sequence[int]


# the one file this process read last, by the hash of its bytes
_LAST_READ: dict[str, Plan] = {}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its bytes and name, for whom, and whether it only asks what would happen."""

    content: bytes
    file_name: str
    shipper: str | None = None
    dry_run: bool = False


def accept(tx: Tx, upload: Upload) -> dict[str, Any]:
    """Keep a file and owe the work on it; give the import as the API shows it.

    Raises RuleBrokenError when the shipper is unknown to the caller. The same bytes may come again:
    they make a new import whose rows change nothing.
    """
    shipper_id = _shipper_id(tx, upload.shipper)
    sha256 = hashlib.sha256(upload.content).hexdigest()
    file = ImportFile(
        public_id=public_id("imp"),
        shipper_id=shipper_id,
        file_name=upload.file_name,
        sha256=sha256,
        dry_run=upload.dry_run,
        state=ImportState.QUEUED,
        content=upload.content,
        created_at=tx.now,
        created_by=tx.actor.name,
        created_by_id=tx.actor.user_id,
    )
    tx.session.add(file)
    tx.session.flush()
    facts = {"file_name": upload.file_name, "sha256": sha256, "dry_run": upload.dry_run}
    tx.journal("import.accepted", Subject("import", file.id, new=True), facts)
    _owe_next(tx, file)
    return answers.import_view(tx, file.public_id)


def run_chunk(tx: Tx, file_id: int) -> ImportState:
    """Do the next rows of a file, at most ``CHUNK_ROWS`` besides a last order that is longer, and owe the rest.

    Safe to run twice and after a crash: rows that are recorded are never done again. The rows are booked
    in the name of whoever uploaded the file, so he can reach nothing that he could not reach himself.
    """
    file = tx.session.scalar(select(ImportFile).where(ImportFile.id == file_id).with_for_update())
    if file is None:
        raise NotFoundError
    if file.state in {ImportState.DONE, ImportState.REJECTED}:
        return file.state
    try:
        uploader = _uploader(tx, file)
        plan = _plan(file)
    except UnreadableError as error:
        return _finish(tx, file, ImportState.REJECTED, error.finding)
    if file.state is ImportState.QUEUED:
        file.state, file.columns = ImportState.RUNNING, _columns(plan.table)
        file.rows_total = len(plan.table.positions)
    _do(tx.as_actor(uploader), file, plan)
    if file.rows_done >= file.rows_total:
        return _finish(tx, file, ImportState.DONE)
    _owe_next(tx, file)
    return file.state


def _do(tx: Tx, file: ImportFile, plan: Plan) -> None:
    """Decide the orders of the next chunk and record each of their rows."""
    # imports of one shipper take turns, so that equal rows in two files are not booked twice;
    # a lock that leaves the key alone does not hold up his other bookings
    locked = select(Party.code).where(Party.id == file.shipper_id).with_for_update(key_share=True)
    shipper = Shipper(file.shipper_id, tx.session.execute(locked).scalar_one(), file.dry_run)
    orders = _next(tx, file, plan)
    known = find_known(tx, shipper.id, orders)
    headers = {matched.column.field: printable(matched.header) for matched in plan.table.columns.values()}
    recorded: list[dict[str, Any]] = []
    for order in orders:
        recorded += _recorded(file, order, decide(tx, shipper, order, known.get(order)), headers)
    if recorded:
        tx.session.execute(insert(ImportRow), recorded)
    file.rows_done += len(recorded)


def _recorded(file: ImportFile, order: Order, outcome: Outcome, headers: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "file_id": file.id,
            "row_no": row.row_no,
            "state": outcome.state,
            "reasons": [reason.stored(headers) for reason in outcome.reasons.get(row.row_no, ())],
            "consignment_id": outcome.consignment_id,
            "fingerprint": row.fingerprint,
        }
        for row in order.rows
    ]


def _next(tx: Tx, file: ImportFile, plan: Plan) -> list[Order]:
    """Take the next orders, whole, up to the rows of one chunk.

    Orders are worked through in the order of the file and recorded with the count, so the count is the place.
    """
    begin = bisect_left(plan.starts, file.rows_done)
    end = max(begin + 1, bisect_right(plan.starts, file.rows_done + CHUNK_ROWS) - 1)
    earlier = select(ImportRow.fingerprint).where(ImportRow.file_id == file.id)
    alone = any(group.ref is None for group in plan.groups[begin:end])
    seen = Counter(tx.session.scalars(earlier)) if alone and file.rows_done else Counter()
    return orders_of(plan.table, plan.groups[begin:end], seen)


def _plan(file: ImportFile) -> Plan:
    """Read the file, or take it from the chunk before: the same bytes read the same."""
    if file.sha256 not in _LAST_READ:
        table = read(file.content)
        groups = groups_of(table)
        starts = [0, *accumulate(len(group.positions) for group in groups)]
        _LAST_READ.clear()
        _LAST_READ[file.sha256] = Plan(table, groups, starts)
    return _LAST_READ[file.sha256]


def _owe_next(tx: Tx, file: ImportFile) -> None:
    # the key names the place reached: the chunk that runs now holds the key of its own place until it ends
    tx.defer("run_import", key=f"import-{file.public_id}-{file.rows_done}", file_id=file.id)


def _finish(tx: Tx, file: ImportFile, state: ImportState, problem: Finding | None = None) -> ImportState:
    file.state, file.finished_at = state, tx.now
    if problem is not None:
        file.problem = {"code": problem.code, "facts": dict(problem.facts)}
    tx.session.flush()
    facts = {"counts": answers.counts(tx, [file.id])[file.id], "problem": file.problem}
    tx.journal(f"import.{state}", Subject("import", file.id), facts)
    return state


def _uploader(tx: Tx, file: ImportFile) -> Actor:
    """Give the actor who uploaded the file; one that was shut out meanwhile books nothing more."""
    if file.created_by_id is None:
        return tx.actor
    user = tx.session.get_one(User, file.created_by_id)
    if user.disabled_at is not None:
        raise UnreadableError(Finding("IMPORT_UPLOADER_DISABLED", {"login": user.login}))
    return accounts.actor_of(user, user.roles)


def _shipper_id(tx: Tx, code: str | None) -> int:
    """Find whose file it is: a shipper's own whether or not he names himself, else the one that is named."""
    own = Party.id == tx.actor.shipper_id if tx.actor.shipper_id is not None else true()
    named = Party.code == (code or "") if code is not None or tx.actor.shipper_id is None else true()
    found = tx.session.scalar(select(Party.id).where(own, named, Party.kind == PartyKind.SHIPPER, parties_of(tx.actor)))
    require([Finding("REFERENCE_UNKNOWN", {"field": "shipper", "value": code})] if found is None else [])
    return found or 0


def _columns(table: Table) -> dict[str, Any]:
    """Tell how the file was understood: where its header is, what each column means, which are ignored."""
    form = table.form
    csv = {"encoding": form.encoding, "delimiter": form.delimiter} if isinstance(form, CsvForm) else {"sheet": form}
    used = [{"column": printable(matched.header), "field": matched.column.field} for matched in table.columns.values()]
    return {**csv, "header_row": table.header_row + 1, "used": used, "ignored": list(table.ignored)}
