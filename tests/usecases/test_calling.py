"""Alarms by e-mail: whoever is on duty is written to, in both languages, until it went out or is dealt with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.accounts import User
from models.notices import Task
from models.records import JournalEntry
from models.vocabulary import Role, TaskKind
from services import accounts, tasks
from services.accidents import duty
from services.accidents.duty import NewShift
from services.policy.findings import RuleBrokenError
from services.ports import Mail
from services.transaction import WORKER, Tx
from tests.support import case, journey
from tests.support.world import World


@pytest.fixture
def reachable(world: World) -> World:
    """A mail server, and addresses of the safety officer and a manager."""
    world.runtime.settings = replace(world.runtime.settings, smtp_host="mail.example.cn")
    for login in ("safety", "manager"):
        world.runtime.write(WORKER, lambda tx, who=login: accounts.change_email(tx, who, f"{who}@Example.cn"))
    return world


def shift(world: World, user: str = "safety") -> None:
    begin = world.clock.now()
    new = NewShift(user=user, starts_at=begin, ends_at=begin + timedelta(hours=8))
    case.do(world, lambda tx: duty.plan(tx, new))


def letters(world: World, begin: str = "事故时限将到:一小时上报") -> list[Mail]:
    return [mail for mail in world.mailer.sent if mail.subject == f"【运安】{begin}"]


def test_whoever_is_on_duty_is_written_to_before_the_hour_is_over(reachable: World) -> None:
    shift(reachable)
    number = case.reported(reachable, harm=case.ONE_DEAD)
    case.pass_time(reachable, minutes=30)
    (letter,) = letters(reachable)
    assert letter.to == "safety@example.cn"
    assert number in letter.body
    assert "Soon due after an accident: one hour report" in letter.body
    case.pass_time(reachable, minutes=30, seconds=1)
    assert [mail.to for mail in letters(reachable, "事故时限已过:一小时上报")] == ["safety@example.cn"]
    assert len(letters(reachable)) == 1


def test_with_nobody_on_duty_the_managers_are_written_to(reachable: World) -> None:
    case.reported(reachable, harm=case.ONE_DEAD)
    case.pass_time(reachable, minutes=30)
    assert [mail.to for mail in letters(reachable)] == ["manager@example.cn"]


def raised(world: World, kind: TaskKind = TaskKind.NOTICE_AT_RISK) -> int:
    def work(tx: Tx) -> int:
        tasks.raise_task(tx, kind, "alarm-1", world.clock.now(), facts={"trip": "CC-1"})
        return tx.session.scalars(select(Task.id).where(Task.key == "alarm-1")).one()

    return world.runtime.write(WORKER, work)


def test_a_letter_that_fails_is_sent_again_until_it_goes_out(reachable: World) -> None:
    reachable.mailer.refuse = True
    raised(reachable)
    journey.run_due(reachable)
    reachable.mailer.refuse = False
    reachable.clock.advance(minutes=4, seconds=59)
    journey.run_due(reachable)
    assert reachable.mailer.sent == []
    reachable.clock.advance(seconds=1)
    journey.run_due(reachable)
    reachable.clock.advance(hours=2)
    journey.run_due(reachable)
    assert [mail.to for mail in reachable.mailer.sent] == ["manager@example.cn"]
    query = select(JournalEntry.action).where(JournalEntry.action == "task.mailed")
    assert case.look(reachable, lambda tx: list(tx.session.scalars(query))) == ["task.mailed"]


def test_nobody_is_written_to_about_what_is_done(reachable: World) -> None:
    reachable.mailer.refuse = True
    task_id = raised(reachable)
    journey.run_due(reachable)
    reachable.mailer.refuse = False
    reachable.runtime.write(WORKER, lambda tx: tasks.complete(tx, task_id, "已处理"))
    reachable.clock.advance(hours=1)
    journey.run_due(reachable)
    assert reachable.mailer.sent == []


def test_what_can_wait_stays_on_the_list(reachable: World) -> None:
    raised(reachable, TaskKind.PROBLEM)
    journey.run_due(reachable)
    assert reachable.mailer.sent == []


def test_without_a_mail_server_or_an_address_nothing_is_tried(world: World) -> None:
    raised(world)
    journey.run_due(world)
    assert world.mailer.sent == []


def test_an_administrator_sets_the_address_and_a_bad_one_is_refused(lite_world: World) -> None:
    answer = journey.send(lite_world, Role.ADMIN, "PUT", "/users/safety/email", {"email": "a@B.cn"})
    assert (answer.status_code, answer.json["email"]) == (200, "a@b.cn")
    refused = journey.send(lite_world, Role.ADMIN, "PUT", "/users/safety/email", {"email": "nobody"})
    assert journey.codes(refused) == ["EMAIL_INVALID"]
    assert journey.send(lite_world, Role.ADMIN, "PUT", "/users/safety/email", {"email": None}).json["email"] is None
    assert journey.send(lite_world, Role.ADMIN, "PUT", "/users/nobody/email", {"email": None}).status_code == 404


def test_a_new_user_may_bring_his_address(lite_world: World) -> None:
    new = accounts.NewUser(login="night.desk", name="夜班", roles=(Role.DISPATCHER,), email="n@e.cn")
    lite_world.runtime.write(WORKER, lambda tx: accounts.create_user(tx, new))
    bad = replace(new, login="day.desk", email="x@")
    with pytest.raises(RuleBrokenError):
        lite_world.runtime.write(WORKER, lambda tx: accounts.create_user(tx, bad))
    with lite_world.runtime.read(WORKER) as tx:
        assert tx.session.scalar(select(User.email).where(User.login == "night.desk")) == "n@e.cn"
