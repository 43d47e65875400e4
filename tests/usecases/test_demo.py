"""The demo company: what it holds, that it is lawful and that nobody real is in it."""

from __future__ import annotations

import csv
from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from stdnum.cn import ric, uscc

from models.accounts import User
from models.consignments import Consignment
from models.drivers import Driver
from models.fleet import Vehicle
from models.loading import Seal, SealEvent
from models.parties import Channel, Party, RoadDistanceRow, Site
from models.trips import Trip
from models.vocabulary import (
    Body,
    ChannelKind,
    ConsignmentState,
    DriverStatus,
    PartyKind,
    Role,
    SealState,
    SiteKind,
    TripState,
    UnitKind,
)
from services import accounts, geo, journal
from services.clock import local
from services.demo import company, places, tables
from services.policy.plates import object_to_plate
from services.queries.fleet import expiring_papers
from services.tokens import hashed
from tests.support.demo import Demo, count

POWER = (UnitKind.RIGID, UnitKind.TRACTOR)


def test_every_row_of_the_data_fills_the_columns_of_its_header() -> None:
    files = sorted(tables.FOLDER.glob("*.csv"))
    assert len(files) == 11
    for path in files:
        with path.open(encoding="utf-8", newline="") as file:
            assert len({len(row) for row in csv.reader(file)}) == 1, path.name


def test_the_company_has_the_size_it_promises(demo: Demo) -> None:
    with demo.reading() as tx:
        assert count(tx, Vehicle.unit_kind.in_(POWER)) == 26
        assert count(tx, Vehicle.unit_kind == UnitKind.TRAILER) == 8
        bodies = set(tx.session.scalars(select(Vehicle.body).where(Vehicle.body.is_not(None))))
        assert bodies == set(Body)
        assert count(tx, Driver.id > 0) == 56
        assert count(tx, Party.kind == PartyKind.SHIPPER) == 6
        assert count(tx, Party.kind == PartyKind.CONSIGNEE) == 20
        assert count(tx, RoadDistanceRow.id > 0) == 17 * 16


def test_every_tractor_draws_a_trailer_of_its_own(demo: Demo) -> None:
    with demo.reading() as tx:
        drawn = tx.session.scalars(
            select(Vehicle.coupled_trailer_id).where(Vehicle.unit_kind == UnitKind.TRACTOR)
        ).all()
    assert None not in drawn
    assert len(set(drawn)) == len(drawn) == 7


def test_the_people_hold_different_licences_and_papers(demo: Demo) -> None:
    with demo.reading() as tx:
        people = list(tx.session.scalars(select(Driver)))
        today = local(tx.now).date()
    held = Counter(tuple(person.licence_classes) for person in people)
    assert held == {("A2", "B2"): 24, ("B2",): 20, ("C1",): 12}
    first_year = [p for p in people if p.licence_first_issued_on and (today - p.licence_first_issued_on).days < 365]
    assert len(first_year) == 3
    papers = Counter(kind for person in people for kind in person.documents)
    assert papers["hazmat_qualification"] == papers["escort_certificate"] == 6
    off_duty = {p.staff_no: p.status for p in people if p.status is not DriverStatus.ACTIVE}
    assert off_duty == {"D020": DriverStatus.STANDBY_PENDING, "D044": DriverStatus.LEAVE}


def test_the_desk_sees_papers_that_have_run_out_and_papers_that_soon_will(demo: Demo) -> None:
    with demo.reading() as tx:
        days = [paper["days_left"] for paper in expiring_papers(tx, 30)]
    assert sum(left < 0 for left in days) == 5
    assert sum(left >= 0 for left in days) == 7


def test_every_plate_id_number_and_registration_is_well_formed(demo: Demo) -> None:
    with demo.reading() as tx:
        plates = tx.session.execute(select(Vehicle.plate, Vehicle.unit_kind)).all()
        people = tx.session.execute(select(Driver.id_number, Driver.born_on)).all()
        codes = tx.session.scalars(select(Party.uscc)).all()
    assert [finding for row in plates for finding in object_to_plate(row.plate, row.unit_kind)] == []
    assert all(ric.is_valid(row.id_number) and row.id_number[6:14] == f"{row.born_on:%Y%m%d}" for row in people)
    assert all(uscc.is_valid(code) for code in codes)
    assert len(set(codes)) == 26


def test_nobody_real_is_in_the_data_or_can_be_reached(demo: Demo) -> None:
    with demo.reading() as tx:
        channels = tx.session.execute(select(Channel.kind, Channel.address)).all()
        numbers = tx.session.scalars(select(Driver.id_number)).all()
        names = tx.session.scalars(select(Party.name)).all()
        phones = {*tx.session.scalars(select(Driver.phone)), *tx.session.scalars(select(Party.contact_phone))}
    addresses = {kind: [row.address for row in channels if row.kind is kind] for kind in ChannelKind}
    assert all(address.endswith(("@example.com", ".example.com")) for address in addresses[ChannelKind.EMAIL])
    assert all(address.split("/")[2].endswith(".invalid") for address in addresses[ChannelKind.WEBHOOK])
    assert {phone[:10] for phone in [*phones, *addresses[ChannelKind.PHONE]]} == {"+861990000"}
    # sequence codes 996 to 999 mark people over a hundred (GB 11643), and nobody here is
    assert {number[14:17] for number in numbers} <= {"996", "997", "998", "999"}
    assert all(name.endswith("（示例）") for name in names)


def test_every_customer_has_a_place_and_every_consignee_a_channel(demo: Demo) -> None:
    with demo.reading() as tx:
        everyone = tx.session.scalars(select(Party).options(selectinload(Party.channels)))
        parties = {row.id: row for row in everyone}
        sites = list(tx.session.scalars(select(Site)))
    assert {site.party_id for site in sites} - {None} == set(parties)
    assert all(party.channels and (party.owner_id in parties) == (party.kind is PartyKind.CONSIGNEE)
               for party in parties.values())  # fmt: skip
    assert {row.kind for party in parties.values() for row in party.channels} == set(ChannelKind)
    kinds = Counter(site.kind for site in sites)
    assert kinds[SiteKind.HUB] == kinds[SiteKind.YARD] == 3


def test_every_site_lies_in_its_own_fence_and_near_its_city(demo: Demo) -> None:
    centres = {city.region_code: city for city in places.cities()}
    with demo.reading() as tx:
        sites = list(tx.session.scalars(select(Site)))
    assert sum(site.polygon is not None for site in sites) == 4
    for site in sites:
        lat, lon = site.lat_e6 / 1e6, site.lon_e6 / 1e6
        ring = geo.as_ring(site.polygon) if site.polygon else None
        assert geo.inside_geofence(lat, lon, geo.Geofence(lat, lon, site.radius_m, ring)), site.code
        city = centres[site.region_code]
        assert geo.distance_km(lat, lon, city.lat, city.lon) < 50, site.code
        assert site.address.startswith(city.name)


def test_road_distances_are_the_same_both_ways_and_never_shorter_than_the_air() -> None:
    cities = places.cities()
    road = {(here, there): km for here, there, km in places.road_distances()}
    codes = [city.region_code for city in cities]
    assert len(set(codes)) == 17
    assert set(road) == {(here, there) for here in codes for there in codes if here != there}
    for here in cities:
        for there in cities:
            if here != there:
                km = road[here.region_code, there.region_code]
                assert km == road[there.region_code, here.region_code]
                assert km >= geo.distance_km(here.lat, here.lon, there.lat, there.lon)


def test_no_way_over_a_third_city_is_shorter() -> None:
    road = {(here, there): km for here, there, km in places.road_distances()}
    codes = {here for here, _ in road}
    assert all(
        km <= road[here, over] + road[over, there]
        for (here, there), km in road.items()
        for over in codes - {here, there}
    )


def test_two_thousand_seals_are_in_stock_or_handed_out(demo: Demo) -> None:
    with demo.reading() as tx:
        states = Counter(tx.session.scalars(select(Seal.state)))
        holders = set(tx.session.scalars(select(Seal.issued_to).where(Seal.state == SealState.ISSUED)))
        staff = set(tx.session.scalars(select(Driver.staff_no)))
        assert count(tx, SealEvent.id > 0) == 2200
    assert states == {SealState.IN_STOCK: 1800, SealState.ISSUED: 200}
    assert len(holders) == 40
    assert holders <= staff


def test_each_role_has_one_key_that_opens_the_door(demo: Demo) -> None:
    assert set(demo.keys) == {role.value for role in Role}
    with demo.reading() as tx:
        for role, key in demo.keys.items():
            actor, ends = accounts.authenticate(tx, key)
            assert (actor.roles, ends) == (frozenset({Role(role)}), None)
        shippers = tx.session.scalars(select(User.shipper_id).where(User.shipper_id.is_not(None))).all()
        assert len(set(shippers)) == 2
        assert count(tx, User.driver_id.is_not(None)) == 6


def test_business_is_under_way_and_the_journal_is_whole(demo: Demo) -> None:
    with demo.reading() as tx:
        goods = Counter(tx.session.scalars(select(Consignment.state)))
        trips = Counter(tx.session.scalars(select(Trip.state)))
        driver, _ = accounts.authenticate(tx, demo.keys["driver"])
        mine = tx.session.scalars(select(Trip).join(Trip.crew).where(Trip.crew.any(driver_id=driver.driver_id))).all()
        assert journal.verify(tx).breaks == ()
    assert goods == {ConsignmentState.BOOKED: 4, ConsignmentState.ASSIGNED: 7, ConsignmentState.CANCELLED: 1}
    assert trips == {TripState.PLANNED: 2, TripState.CREWED: 4}
    assert mine


def test_the_tracking_links_open_consignments_that_are_planned(demo: Demo) -> None:
    links = company.tracking_links(demo.runtime)
    with demo.reading() as tx:
        known = set(tx.session.scalars(select(Consignment.track_hash).where(Consignment.trip_id.is_not(None))))
    assert len(links) == len(set(links)) == 4
    assert all(hashed(link.rpartition("/t/")[2]) in known for link in links)
