"""An answer that refuses says how to go on: which step leads a case on, and whose role a call needs."""

from __future__ import annotations

import pytest

from models.vocabulary import AccidentState, Role
from services.policy.accidents.moves import ACCIDENT_MOVES
from services.policy.accidents.next_steps import next_steps
from tests.support import journey
from tests.support.accidents import accident_in
from tests.support.journey import get, send
from tests.support.world import World


@pytest.mark.parametrize("state", AccidentState)
def test_every_state_that_a_case_may_leave_names_a_step_and_each_is_a_call(
    lite_world: World, state: AccidentState
) -> None:
    spec = journey.client_of(lite_world).get(f"{journey.API}/openapi.json").json
    assert bool(next_steps(state)) == bool(ACCIDENT_MOVES[state])
    for step in next_steps(state):
        homes = (f"{journey.API}/accidents/{{number}}/{step}", f"{journey.API}/penalties/{{number}}/{step}")
        assert any({"post", "put"} & spec["paths"].get(home, {}).keys() for home in homes), step


def test_a_case_names_the_step_that_leads_on_and_so_does_a_refusal(lite_world: World) -> None:
    number = accident_in(lite_world, AccidentState.INVESTIGATING)
    assert get(lite_world, f"/accidents/{number}", Role.SAFETY)["next"] == ["investigation"]
    path = f"/accidents/{number}/closing"
    (finding,) = send(lite_world, Role.SAFETY, "POST", path).json["findings"]
    assert (finding["code"], finding["facts"]["next"]) == ("CASE_STATE_FORBIDS", ["investigation"])
    assert finding["message"].endswith("下一步：investigation")
    (english,) = send(lite_world, Role.SAFETY, "POST", f"{path}?lang=en").json["findings"]
    assert english["message"].endswith("what leads on: investigation")


def test_who_may_not_is_told_who_may(lite_world: World) -> None:
    number = accident_in(lite_world)
    answer = send(lite_world, Role.SAFETY, "POST", f"/accidents/{number}/penalty-proposal/approvals")
    assert (answer.status_code, answer.json["roles"]) == (403, ["general_manager", "manager", "production"])
