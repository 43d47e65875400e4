"""One stretch of the year on a database of its own: carrier, fleet, stopped clock, journeys."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from migrations import schema
from services.adapters.printer import PdfPrinter
from services.clock import StoppedClock
from services.ports import Call, Mail, Ports, Receipt
from services.runtime import Runtime
from services.settings import Settings
from workers.replay import report
from workers.replay.carrier import Pool, build
from workers.replay.engine import Engine
from workers.replay.journey import Fleet, Journey
from workers.replay.report import Part
from workers.replay.rows import Booking


class Postbox:
    """Takes every message as delivered: the replay measures when consignees are told, not their servers."""

    def send(self, mail: Mail) -> Receipt:
        """Take one e-mail."""
        return Receipt(delivered=True, detail=mail.message_id)

    def post(self, call: Call) -> Receipt:
        """Take one webhook."""
        return Receipt(delivered=True, detail=call.webhook_id)


def run_stretch(url: str, bookings: Sequence[Booking]) -> Part:
    """Run one stretch of bookings, in the order of booking, on a fresh database with a carrier of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    clock = StoppedClock(min(booking.booked_at for booking in bookings) - timedelta(days=1))
    settings = replace(Settings(), database_url=url, environment="test", sqlite_synchronous="OFF")
    box = Postbox()
    runtime = Runtime(settings, clock, Ports(mailer=box, caller=box, printer=PdfPrinter()))
    schema.upgrade(runtime.database.engine)
    carrier = build(runtime, bookings)
    fleet = Fleet(
        vehicles={name: Pool(plates, clock.now()) for name, plates in carrier.plates.items()},
        drivers=Pool(carrier.staff, clock.now()),
        seals=list(reversed(carrier.seals)),
    )
    journeys = [Journey(runtime, carrier, fleet, booking) for booking in bookings]
    Engine(runtime, clock, journeys).run()
    return report.measure(runtime, journeys)
