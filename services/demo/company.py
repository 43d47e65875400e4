"""Seed the demo company once, in one transaction: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from models.consignments import Consignment
from models.parties import Party
from models.vocabulary import ActorKind, Role
from services.demo import business, fleet, people, places
from services.messages.notice_texts import tracking_url
from services.runtime import Runtime
from services.transaction import Actor, Tx
from services.yard import seal_stock

SEEDER = Actor(ActorKind.CLI, "demo", roles=frozenset({Role.ADMIN, Role.SAFETY}))
# the first shipper of the data: when he is there, so is everything else
MARK = "SH-HERUN"
SEAL_PREFIX, SEALS = "YA", 2000
SEALS_EACH, RECEIVERS = 5, 40
LINKS_SHOWN = 4


def is_seeded(tx: Tx) -> bool:
    """Tell whether the demo company is in this database."""
    return tx.session.scalar(select(Party.id).where(Party.code == MARK)) is not None


def seed(runtime: Runtime) -> dict[str, str]:
    """Fill the database with the demo company and give one ready API key per role value.

    A second time nothing changes and nothing is given: a key can be shown only once.
    """
    return runtime.write(SEEDER, _seed)


def tracking_links(runtime: Runtime) -> list[str]:
    """Give the public tracking links of the first few consignments that are on a trip."""
    planned = select(Consignment.number).where(Consignment.trip_id.is_not(None)).order_by(Consignment.id)
    with runtime.read(SEEDER) as tx:
        return [tracking_url(tx, number) for number in tx.session.scalars(planned.limit(LINKS_SHOWN))]


def _seed(tx: Tx) -> dict[str, str]:
    if is_seeded(tx):
        return {}
    places.add_parties(tx)
    places.add_sites(tx)
    places.add_distances(tx)
    fleet.add_vehicles(tx)
    people.add_drivers(tx)
    _add_seals(tx)
    keys, actors = people.add_users(tx)
    numbers = business.add_bookings(tx, actors)
    business.add_trips(tx, actors["dispatcher"], numbers)
    return keys


def _add_seals(tx: Tx) -> None:
    """Take the stock in and hand some to the first drivers, in the order of the numbers."""
    numbers = seal_stock.receive(tx, SEAL_PREFIX, 1, SEALS)
    for staff_no, handed in zip(_receivers(), _lots(numbers), strict=False):
        seal_stock.issue(tx, handed, staff_no)


def _receivers() -> Iterator[str]:
    return (f"D{number:03d}" for number in range(1, RECEIVERS + 1))


def _lots(numbers: list[str]) -> Iterator[list[str]]:
    return (numbers[start : start + SEALS_EACH] for start in range(0, len(numbers), SEALS_EACH))
