"""The carrier behind a file: parties, sites, a fleet from the vehicle types, drivers, seals, users."""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from stdnum.cn.ric import calc_check_digit

from models.vocabulary import (
    Body,
    ChannelKind,
    DriverDocument,
    Gear,
    LicenceClass,
    PartyKind,
    Role,
    SiteKind,
    UnitKind,
    VehicleDocument,
    Word,
)
from services import accounts, files
from services.masterdata import channels, fleet, parties, sites
from services.personnel import drivers
from services.runtime import Runtime
from services.transaction import WORKER, Actor, Tx
from services.yard import seal_stock
from workers.replay.rows import Booking, Place

TRACTOR_KG = 8_500
SPARE = 2
PICTURE = b"\x89PNG\r\n\x1a\n replay"
GEAR = (Gear.TARP, Gear.ROPE, Gear.STRAPS, Gear.STEEL_CABLE, Gear.CHAIN, Gear.CHOCKS, Gear.DUNNAGE, Gear.FOAM,
        Gear.SPONGE, Gear.RAIN_CLOTH, Gear.MESH)  # fmt: skip
VEHICLE_PAPERS = (VehicleDocument.REGISTRATION, VehicleDocument.INSPECTION, VehicleDocument.OPERATION_PERMIT,
                  VehicleDocument.COMPULSORY_INSURANCE, VehicleDocument.COMMERCIAL_INSURANCE)  # fmt: skip
DRIVER_PAPERS = (DriverDocument.LICENCE, DriverDocument.QUALIFICATION)
UNKNOWN_TYPE = "unknown"
TURN_ROUND = timedelta(hours=3)
REST = timedelta(hours=11)
CIRCUITY = (0.9, 3.0)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a vehicle type of the file is in our terms; masses in kg, volume in dm3."""

    body: Body
    trailer: bool
    axles: int
    tare_kg: int
    rated_load_kg: int
    volume_dm3: int

    @property
    def hard_to_handle(self) -> bool:
        """Goods on flat beds and trailers are lifted by machine."""
        return self.trailer or self.body is Body.FLAT


@dataclass(slots=True)
class Carrier:
    """The carrier as the replay uses it: codes of places, plates by type, staff, seals, actors."""

    shippers: dict[str, str] = field(default_factory=dict)
    sites: dict[Place, str] = field(default_factory=dict)
    consignees: dict[Place, str] = field(default_factory=dict)
    plates: dict[str, list[str]] = field(default_factory=dict)
    staff: list[str] = field(default_factory=list)
    seals: list[str] = field(default_factory=list)
    actors: dict[Role, Actor] = field(default_factory=dict)
    photo: str = ""


class Pool:
    """Things that are free again at an instant; the one free for longest is taken first."""

    def __init__(self, names: Iterable[str], since: datetime) -> None:
        """Everything is free since an instant."""
        self._heap = [(since, name) for name in names]
        heapq.heapify(self._heap)

    def take(self, at: datetime, count: int = 1) -> list[str]:
        """Take what is free at ``at``; fewer than asked when there are no more."""
        taken: list[str] = []
        while self._heap and len(taken) < count and self._heap[0][0] <= at:
            taken.append(heapq.heappop(self._heap)[1])
        return taken

    def give(self, name: str, free_at: datetime) -> None:
        """Give a thing back, free from ``free_at`` on."""
        heapq.heappush(self._heap, (free_at, name))


def kind_of(vehicle_type: str) -> Kind:
    """Read a free-text vehicle type: tonnes, closed or open, trailer; an unknown one is a large closed truck."""
    text = vehicle_type.lower()
    tonnes = re.search(r"(\d+(?:\.\d+)?)\s*mt", text)
    load_kg = round(float(tonnes.group(1)) * 1000) if tonnes else 14_000
    if "trailer" in text or "flat bed" in text:
        axles = 6 if load_kg > 25_000 else 5
        return Kind(Body.FLAT, True, axles, 15_000, min(load_kg, 33_000 if axles == 6 else 27_000), 70_000)  # noqa: FBT003
    is_open = "open" in text and "closed" not in text
    body = Body.STAKE if is_open else Body.BOX
    if load_kg <= 8_500:
        return Kind(body, False, 2, 4_000 if load_kg < 4_000 else 7_500, load_kg, 45_000)  # noqa: FBT003
    if load_kg <= 16_000:
        return Kind(body, False, 3, 9_000, load_kg, 60_000)  # noqa: FBT003
    return Kind(body, False, 4, 11_000, min(load_kg, 20_000), 60_000)  # noqa: FBT003


def build(runtime: Runtime, bookings: Sequence[Booking]) -> Carrier:
    """Make everything the bookings need, through the services, before the first day."""
    carrier = Carrier()
    with runtime.begin(WORKER) as tx:
        for role in (Role.DISPATCHER, Role.GATE, Role.SAFETY, Role.ADMIN):
            user = accounts.create_user(tx, accounts.NewUser(login=f"replay-{role}", name=role.zh, roles=(role,)))
            carrier.actors[role] = accounts.actor_of(user, user.roles)
        desk = tx.as_actor(carrier.actors[Role.ADMIN])
        regions = _places(desk, carrier, bookings)
        _distances(desk, regions, bookings)
        _fleet(desk, carrier, bookings)
        _staff(desk, carrier, bookings)
        carrier.seals = _seals(desk, 2 * len(bookings) + 100)
        carrier.photo = files.store(desk, "image/png", PICTURE).id
    return carrier


def _places(tx: Tx, carrier: Carrier, bookings: Sequence[Booking]) -> dict[str, str]:
    """Make shippers, consignees and sites, and give the region code each city of the file gets."""
    regions: dict[str, str] = {}
    for name in sorted({booking.shipper for booking in bookings}):
        party = parties.create(tx, {"kind": PartyKind.SHIPPER, "name": name})
        carrier.shippers[name] = party["code"]
    for place in sorted({p for b in bookings for p in (b.origin, b.destination)}, key=_order):
        number = len(carrier.sites) + 1
        region = regions.setdefault(place.city, f"{37 + len(regions) // 99}{len(regions) % 99 + 1:02d}00")
        party = parties.create(tx, {"kind": PartyKind.CONSIGNEE, "name": place.name})
        mail = {"kind": ChannelKind.EMAIL, "address": f"dock{number}@replay.example.com", "events": []}
        channels.replace(tx, party["code"], [mail], party["version"])
        site = {
            "kind": SiteKind.CONSIGNEE, "name": place.name, "party": party["code"], "address": place.city,
            "region_code": region, "lat": place.lat, "lon": place.lon, "radius_m": 500,
        }  # fmt: skip
        carrier.consignees[place] = party["code"]
        carrier.sites[place] = sites.create(tx, site)["code"]
    return regions


def _order(place: Place) -> tuple[str, str, float, float]:
    return place.city, place.name, place.lat, place.lon


def _distances(tx: Tx, regions: Mapping[str, str], bookings: Sequence[Booking]) -> None:
    """Take the carrier's own road distances between cities, where they are plausible for the straight line."""
    known: dict[tuple[str, str], list[float]] = defaultdict(list)
    for booking in bookings:
        straight = booking.straight_km
        if booking.distance_km and straight > 1 and CIRCUITY[0] <= booking.distance_km / straight <= CIRCUITY[1]:
            known[regions[booking.origin.city], regions[booking.destination.city]].append(booking.distance_km)
    for (origin, destination), found in sorted(known.items()):
        if origin != destination:
            sites.set_distance(tx, origin, destination, round(median(found), 1))


def _fleet(tx: Tx, carrier: Carrier, bookings: Sequence[Booking]) -> None:
    """Make as many vehicles of each type as were ever out at once, turn-round included."""
    out: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for booking in bookings:
        out[booking.vehicle_type or UNKNOWN_TYPE] += [(booking.booked_at, 1), (booking.arrived_at + TURN_ROUND, -1)]
    serial = 0
    for name, changes in sorted(out.items()):
        for _ in range(_most_at_once(changes) + SPARE):
            serial += 1
            carrier.plates.setdefault(name, []).append(_vehicle(tx, serial, kind_of(name)))


def _vehicle(tx: Tx, serial: int, kind: Kind) -> str:
    card: dict[str, Any] = {
        "body": kind.body, "axles": kind.axles, "tare_kg": kind.tare_kg, "rated_load_kg": kind.rated_load_kg,
        "volume_dm3": kind.volume_dm3, "first_registered_on": date(2018, 1, 1), "documents": _papers(VEHICLE_PAPERS),
        "gear": [gear.value for gear in GEAR], "has_lock": True,
    }  # fmt: skip
    plate = f"鲁V{serial:05d}"
    if not kind.trailer:
        fleet.create(tx, {**card, "plate": plate, "unit_kind": UnitKind.RIGID})
        return plate
    trailer = f"鲁V{serial:04d}挂"
    fleet.create(tx, {**card, "plate": trailer, "unit_kind": UnitKind.TRAILER, "axles": kind.axles - 3,
                      "tare_kg": kind.tare_kg - TRACTOR_KG})  # fmt: skip
    fleet.create(tx, {**card, "plate": plate, "unit_kind": UnitKind.TRACTOR, "axles": 3, "tare_kg": TRACTOR_KG,
                      "body": None, "rated_load_kg": 0, "volume_dm3": 0, "coupled_trailer": trailer})  # fmt: skip
    return plate


def _staff(tx: Tx, carrier: Carrier, bookings: Sequence[Booking]) -> None:
    changes = [c for b in bookings for c in ((b.booked_at, 2), (b.arrived_at + REST, -2))]
    for serial in range(1, _most_at_once(changes) + 2 * SPARE + 1):
        born_on = date(1975, 1, 1) + timedelta(days=serial)
        body = f"110101{born_on:%Y%m%d}001"
        person = {
            "staff_no": f"RD{serial:04d}", "name": f"驾驶员{serial:04d}", "phone": "13805360000", "born_on": born_on,
            "id_number": body + calc_check_digit(body + "X"), "licence_classes": [LicenceClass.A2, LicenceClass.B2],
            "licence_first_issued_on": date(2005, 1, 1), "documents": _papers(DRIVER_PAPERS),
        }  # fmt: skip
        carrier.staff.append(drivers.create(tx, person)["staff_no"])


def _papers(kinds: Iterable[Word]) -> dict[str, Any]:
    return {kind.value: {"number": f"RP-{kind}", "valid_until": date(2099, 12, 31)} for kind in kinds}


def _seals(tx: Tx, count: int) -> list[str]:
    """Take seals into stock and hand them to the yard, in lots as they are printed."""
    numbers: list[str] = []
    for first in range(1, count + 1, seal_stock.MAX_LOT):
        lot = seal_stock.receive(tx, "RP", first, min(seal_stock.MAX_LOT, count - first + 1))
        seal_stock.issue(tx, lot, "yard")
        numbers += lot
    return numbers


def _most_at_once(changes: Iterable[tuple[datetime, int]]) -> int:
    most = now = 0
    for _, change in sorted(changes):
        now += change
        most = max(most, now)
    return most
