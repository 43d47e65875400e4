"""The goods of a truck in an accident: held, looked through, let go on or moved to another truck (R-A-08)."""

from __future__ import annotations

from typing import Any

from app.kit.blueprint import Resource
from app.kit.endpoint import Shape, endpoint
from app.kit.times import occurred
from app.schemas.accident_cargo import CargoActionIn, CargoCareOut, CargoDamageIn, TranshipmentIn
from models.vocabulary import Role
from services import cargo_care
from services.accident_cases import find_accident
from services.cargo_care import Consent, LineDamage, Place, TranshipmentPlan
from services.queries.cargo_care import cargo_view
from services.transaction import Tx

blp = Resource("accident_cargo", "Goods after an accident: damage, holding, transhipment (事故货物)")
CARERS = (Role.DISPATCHER, Role.SAFETY)


def _shown(tx: Tx, number: str) -> dict[str, Any]:
    tx.session.flush()
    return cargo_view(tx, find_accident(tx, number))


@endpoint(blp, "GET", "/accidents/<number>/cargo-damage", Shape(roles=CARERS, answer=CargoCareOut, writes=False))
def read(tx: Tx, number: str) -> dict[str, Any]:
    """Read what became of the goods: damaged, sound, held, gone on."""
    return cargo_view(tx, find_accident(tx, number))


@endpoint(
    blp,
    "POST",
    "/accidents/<number>/cargo-damage",
    Shape(roles=CARERS, body=CargoDamageIn, answer=CargoCareOut, creates=True),
)
def record_damage(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Record damaged pieces; they become a claim draft and are not expected at the consignee's door."""
    cargo_care.record_damage(tx, number, body["consignment"], [LineDamage(**line) for line in body["lines"]])
    return _shown(tx, number)


@endpoint(
    blp,
    "POST",
    "/accidents/<number>/cargo-action",
    Shape(roles=CARERS, body=CargoActionIn, answer=CargoCareOut, creates=True),
)
def choose_action(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Let the goods go on with their truck, or hold them; consignees are told either way."""
    cargo_care.choose_action(tx, number, body["action"])
    return _shown(tx, number)


@endpoint(
    blp,
    "POST",
    "/accidents/<number>/transhipment",
    Shape(roles=CARERS, body=TranshipmentIn, answer=CargoCareOut, status=201, creates=True),
)
def tranship(tx: Tx, body: dict[str, Any], number: str) -> dict[str, Any]:
    """Take the goods off the truck, with seals recorded and consents, and plan the trip that carries them on (S8)."""
    seals = {one["closure"]: (one.get("number"), one["finding"]) for one in body.pop("seals")}
    plan = TranshipmentPlan(
        occurred_at=occurred(tx, body),
        plate=body.pop("vehicle"),
        trailer_plate=body.pop("trailer", None),
        seals=seals,
        consents=[Consent(**one) for one in body.pop("consents")],
        place=Place(**body.pop("place", {})),
        **body,
    )
    cargo_care.tranship(tx, number, plan)
    return _shown(tx, number)
