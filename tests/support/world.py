"""A small lawful carrier for tests: start from what is right and break one thing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient

from app import create_app
from app.schemas.consignments import BookingIn
from models.drivers import Driver
from models.fleet import Vehicle
from models.loading import Seal
from models.parties import Channel, Party, Site
from models.records import StoredFile
from models.vocabulary import (
    ActorKind,
    Body,
    ChannelKind,
    Gear,
    PartyKind,
    Role,
    SealState,
    SiteKind,
    UnitKind,
)
from services import accounts
from services.clock import StoppedClock
from services.ports import Call, Mail, Ports, Printed, Receipt
from services.runtime import Runtime
from services.settings import Settings
from services.transaction import WORKER, Actor

START = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
PHOTO = "a" * 64
SIGNATURE = "b" * 64
SECRET = "a-secret-key-that-is-long-enough-for-tests"


class FakeMailer:
    """Keeps what was sent; ``refuse`` makes it fail."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.refuse = False

    def send(self, mail: Mail) -> Receipt:
        if self.refuse:
            return Receipt(delivered=False, detail="refused by the test")
        self.sent.append(mail)
        return Receipt(delivered=True, detail=mail.message_id)


class FakeCaller:
    """Keeps what was posted; ``answer`` is the receipt to give."""

    def __init__(self) -> None:
        self.posted: list[Call] = []
        self.answer = Receipt(delivered=True, detail="HTTP 200")

    def post(self, call: Call) -> Receipt:
        self.posted.append(call)
        return self.answer


class FakePrinter:
    """Keeps what was to be printed; ``answer`` is what came of it."""

    def __init__(self) -> None:
        self.pages: list[str] = []
        self.answer = Printed(b"%PDF-1.7 by the test")

    def make(self, html: str) -> Printed:
        self.pages.append(html)
        return self.answer


def new_runtime(url: str, clock: StoppedClock, **settings: Any) -> Runtime:
    """Give a runtime on ``url`` with fake ports; throw-away data needs no fsync."""
    made = Settings(database_url=url, environment="test", secret_key=SECRET, sqlite_synchronous="OFF", **settings)
    return Runtime(made, clock, Ports(mailer=FakeMailer(), caller=FakeCaller(), printer=FakePrinter()))


def papers(*kinds: str, until: str = "2028-12-31") -> dict[str, Any]:
    """Give stored documents that are valid until a day."""
    return {kind: {"number": f"{kind[:3].upper()}-1", "valid_until": until} for kind in kinds}


VEHICLE_PAPERS = ("registration", "inspection", "operation_permit", "compulsory_insurance", "commercial_insurance")


def a_vehicle(now: datetime, plate: str, body: Body = Body.BOX, **changes: Any) -> Vehicle:
    """Give a lawful four-axle truck; ``changes`` break one thing."""
    values: dict[str, Any] = {
        "plate": plate, "unit_kind": UnitKind.RIGID, "body": body, "axles": 4, "tare_kg": 12_000,
        "rated_load_kg": 18_000, "volume_dm3": 50_000, "inner_length_mm": 9_600, "inner_width_mm": 2_400,
        "inner_height_mm": 2_500, "bed_height_mm": 1_200, "hazmat_classes": [], "documents": papers(*VEHICLE_PAPERS),
        "gear": [gear.value for gear in (Gear.TARP, Gear.ROPE, Gear.STRAPS, Gear.FOAM, Gear.SPONGE,
                                         Gear.RAIN_CLOTH, Gear.STEEL_CABLE, Gear.CHOCKS)],
        "has_lock": True, "first_registered_on": date(2022, 5, 1), "last_inspection_on": date(2025, 12, 1),
        "created_at": now,
    }  # fmt: skip
    return Vehicle(**{**values, **changes})


def a_driver(now: datetime, staff_no: str, id_number: str, **changes: Any) -> Driver:
    """Give a lawful driver of heavy trucks; ``changes`` break one thing."""
    values: dict[str, Any] = {
        "staff_no": staff_no, "name": f"驾驶员{staff_no}", "id_number": id_number, "phone": "13805360000",
        "born_on": date(1985, 1, 1), "licence_classes": ["A2", "B2"], "licence_first_issued_on": date(2010, 1, 1),
        "documents": papers("licence", "qualification", "medical"), "created_at": now,
    }  # fmt: skip
    return Driver(**{**values, **changes})


class World:
    """Codes of what exists: shippers SH-1 and SH-2, consignees, sites SG-A (寿光), BJ-B (北京), hub JN-H (济南)."""

    def __init__(self, runtime: Runtime) -> None:
        """Fill the database in one transaction."""
        self.runtime = runtime
        self.clock: StoppedClock = runtime.clock  # type: ignore[assignment]
        self.keys: dict[Role, str] = {}
        self.logins: dict[Role, Actor] = {}
        with runtime.begin(WORKER) as tx:
            self._parties(tx)
            self._fleet(tx)
            self._files(tx)
            self._users(tx)

    @property
    def mailer(self) -> FakeMailer:
        return self.runtime.ports.mailer  # type: ignore[return-value]

    @property
    def caller(self) -> FakeCaller:
        return self.runtime.ports.caller  # type: ignore[return-value]

    @property
    def printer(self) -> FakePrinter:
        return self.runtime.ports.printer  # type: ignore[return-value]

    def actor(self, role: Role) -> Actor:
        """Give the actor of a role, for calling services directly."""
        return self.logins[role]

    def client(self) -> FlaskClient:
        """Give a client of the web application on this runtime."""
        return create_app(self.runtime).test_client()

    def signed(self, role: Role, **more: str) -> dict[str, str]:
        """Give the headers of a caller with this role."""
        return {"Authorization": f"Bearer {self.keys[role]}", **more}

    def booking(self, **changes: Any) -> dict[str, Any]:
        """Give the body of a lawful booking of 200 cartons from Shouguang to Beijing."""
        line = {
            "name": "控制器", "specification": "K-200", "quantity": 200, "cargo_class": "general",
            "packaging": "carton", "mass_kg": 2000, "volume_m3": 12.5, **changes.pop("line", {}),
        }  # fmt: skip
        body = {
            "shipment_mode": "ftl", "consignee": "CN-1", "origin": "SG-A", "destination": "BJ-B",
            "promised_arrival_at": (self.clock.now() + timedelta(days=3)).isoformat(), "lines": [line],
        }  # fmt: skip
        return {**body, **changes}

    def order(self, **changes: Any) -> dict[str, Any]:
        """Give the same booking as the service takes it: parsed by the API's own schema."""
        body = BookingIn().load(self.booking(shipper="SH-1", **changes))
        return {"shipper": body.pop("shipper"), "consignments": [body]}

    def _parties(self, tx: Any) -> None:
        shippers = [Party(code=f"SH-{n}", kind=PartyKind.SHIPPER, name=f"托运{n}", created_at=tx.now) for n in (1, 2)]
        tx.session.add_all(shippers)
        tx.session.flush()
        consignees = [
            Party(
                code=f"CN-{n}", kind=PartyKind.CONSIGNEE, name=f"收货{n}", owner_id=shippers[n // 3].id,
                contact_name="王师傅", contact_phone="13900001111", created_at=tx.now,
            )
            for n in (1, 2, 3)
        ]  # fmt: skip
        tx.session.add_all(consignees)
        tx.session.flush()
        for n, consignee in enumerate(consignees, 1):
            for position, (kind, address) in enumerate(
                [(ChannelKind.EMAIL, f"dock{n}@example.com"), (ChannelKind.WEBHOOK, f"https://example.com/hook{n}")]
            ):
                tx.session.add(
                    Channel(public_id=f"chn_{n}_{position}", party_id=consignee.id, kind=kind, address=address,
                            position=position, events=[])
                )  # fmt: skip
        places = (
            ("SG-A", SiteKind.SHIPPER, "寿光仓", shippers[0].id, "370783", 36_860000, 118_740000),
            ("SG-C", SiteKind.SHIPPER, "寿光二仓", shippers[1].id, "370783", 36_870000, 118_750000),
            ("BJ-B", SiteKind.CONSIGNEE, "北京库", consignees[0].id, "110115", 39_730000, 116_340000),
            ("TJ-D", SiteKind.CONSIGNEE, "天津库", consignees[1].id, "120110", 39_080000, 117_310000),
            ("SG-E", SiteKind.CONSIGNEE, "寿光门店", consignees[1].id, "370783", 36_900000, 118_800000),
            ("BJ-F", SiteKind.CONSIGNEE, "北京二库", consignees[2].id, "110115", 39_740000, 116_350000),
            ("JN-H", SiteKind.HUB, "济南中转站", None, "370102", 36_660000, 117_120000),
            ("SG-Y", SiteKind.YARD, "寿光车场", None, "370783", 36_850000, 118_730000),
        )
        for code, kind, name, party_id, region, lat, lon in places:
            tx.session.add(
                Site(code=code, kind=kind, name=name, party_id=party_id, address=name, region_code=region,
                     lat_e6=lat, lon_e6=lon, radius_m=300, created_at=tx.now)
            )  # fmt: skip
        tx.session.flush()

    def _fleet(self, tx: Any) -> None:
        vehicles = [
            a_vehicle(tx.now, "鲁G10001"),
            a_vehicle(tx.now, "鲁G10002", side_door=True),
            a_vehicle(tx.now, "鲁G10003", Body.STAKE),
            a_vehicle(tx.now, "鲁G10004", Body.REEFER, temp_min_c=-20, temp_max_c=15),
            a_vehicle(tx.now, "鲁G10005", Body.VAN, axles=2, tare_kg=2_300, rated_load_kg=1_800, volume_dm3=9_000,
                      side_door=True),
        ]  # fmt: skip
        numbers = ("370783198501010013", "37078319850101003X", "370783198501010056", "370783198501010072",
                   "370783198501010099")  # fmt: skip
        drivers = [a_driver(tx.now, f"D{n}", number) for n, number in enumerate(numbers, 1)]
        drivers[4].documents = papers("licence", "qualification", "medical", "escort_certificate")
        seals = [
            Seal(number=f"YA{n:06d}", state=SealState.ISSUED, issued_to="D1", created_at=tx.now) for n in range(1, 21)
        ]
        seals += [Seal(number=f"YA{n:06d}", state=SealState.IN_STOCK, created_at=tx.now) for n in range(21, 41)]
        tx.session.add_all([*vehicles, *drivers, *seals])
        tx.session.flush()

    def _files(self, tx: Any) -> None:
        for public_id in (PHOTO, SIGNATURE):
            tx.session.add(
                StoredFile(public_id=public_id, owner="test", media_type="image/png", size_bytes=3, content=b"png",
                           created_at=tx.now)
            )  # fmt: skip

    def _users(self, tx: Any) -> None:
        ties: dict[Role, dict[str, str]] = {Role.SHIPPER: {"shipper_code": "SH-1"}, Role.DRIVER: {"staff_no": "D1"}}
        for role in Role:
            user = accounts.create_user(
                tx, accounts.NewUser(login=role.value, name=role.zh, roles=(role,), **ties.get(role, {}))
            )
            issued = accounts.issue_key(tx, user, "test", (), None)
            self.keys[role] = issued.secret
            self.logins[role] = accounts.actor_of(user, user.roles)
        other = accounts.create_user(
            tx,
            accounts.NewUser(login="shipper2", name="托运人二", roles=(Role.SHIPPER,), shipper_code="SH-2"),
        )
        self.other_shipper = accounts.actor_of(other, other.roles)
        self.other_key = accounts.issue_key(tx, other, "test", (), None).secret


def consignee_actor() -> Actor:
    """Give the actor of a consignee who came by a link."""
    return Actor(ActorKind.CONSIGNEE, "link")
