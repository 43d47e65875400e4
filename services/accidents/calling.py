"""Alarms by e-mail to whoever is on duty: a task on a list wakes nobody (R-A-22, P18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from models.accounts import User
from models.notices import Task
from services import log
from services.accidents import duty
from services.ports import Mail, Ports, Receipt
from services.texts.alarms import alarm_text
from services.transaction import Subject, Tx

logger = log.get_logger("services.accidents.calling")
AGAIN = timedelta(minutes=5)
# so long after its task was raised an alarm by mail is history
STALE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Letter:
    """One alarm on its way to one person."""

    task_id: int
    user_id: int
    raised_at: datetime
    mail: Mail


def call(tx: Tx, task_id: int) -> None:
    """Owe a letter to everybody whom a task is for; the log says when nobody can be reached by mail."""
    reached = duty.reached_by_mail(tx)
    if not reached:
        logger.warning("alarm.nobody_by_mail", task=task_id)
    for user_id in reached:
        tx.defer("mail_alarm", key=f"alarm-{task_id}-{user_id}", task_id=task_id, user_id=user_id)


def prepare(tx: Tx, task_id: int, user_id: int) -> Letter | None:
    """Write the letter; None when the task is done, is too old, or no mail can be sent from here."""
    task = tx.session.get(Task, task_id)
    user = tx.session.get(User, user_id)
    if task is None or task.done_at is not None or tx.now - task.created_at > STALE or not tx.settings.smtp_host:
        return None
    if user is None or user.disabled_at is not None or not user.email:
        return None
    subject, body = alarm_text(task.kind, task.id, task.due_at, task.facts)
    return Letter(task.id, user.id, task.created_at, Mail(f"alarm-{task.id}-{user.id}", user.email, subject, body))


def deliver(ports: Ports, letter: Letter) -> Receipt:
    """Hand the letter to the mail server; no transaction is open meanwhile."""
    return ports.mailer.send(letter.mail)


def record(tx: Tx, letter: Letter, receipt: Receipt) -> datetime | None:
    """Record that it went out; otherwise say when to try again, as long as the task is open and fresh."""
    if not receipt.delivered:
        logger.warning("alarm.mail_failed", task=letter.task_id, user=letter.user_id, detail=receipt.detail[:200])
        return tx.now + AGAIN
    tx.journal("task.mailed", Subject("task", letter.task_id), {"user": letter.user_id})
    return None
