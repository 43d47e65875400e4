"""The trucks, tractors and trailers with their papers; a few of them cannot be sent out today."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import date, timedelta
from typing import Any

from models.vocabulary import Body, CheckItem, DefectSeverity, UnitKind
from services.clock import local
from services.demo import tables
from services.demo.cards import MONTH, papers
from services.demo.tables import Forms, truth, words
from services.masterdata import fleet
from services.transaction import Tx

REGISTERED_DAYS = 3650
# inspected twice a year from the tenth year on (implementation regulation 16); a day less than the full period
OLD_MONTHS, OLD_CYCLE_DAYS, CYCLE_DAYS = 120, 180, 364
FORMS: Forms = {
    "unit_kind": UnitKind, "body": Body, "gear": words, "hazmat_classes": words, "single_drive_axle": truth,
    "side_door": truth, "has_lock": truth, "container_closed": truth, "container_reefer": truth,
    **dict.fromkeys(("axles", "tare_kg", "rated_load_kg", "volume_dm3", "inner_length_mm", "inner_width_mm"), int),
    **dict.fromkeys(("inner_height_mm", "bed_height_mm", "temp_min_c", "temp_max_c", "limit_kmh"), int),
    **dict.fromkeys(("age_months", "inspected_days_ago", "insured_days", "permit_days", "hazmat_days"), int),
}  # fmt: skip
IN_REPAIR = ("鲁GYA011", "制冷机组大修，等待配件")
DEFECTS = (
    ("鲁GYA006", CheckItem.LIGHTS, DefectSeverity.MINOR, "右后示廓灯不亮"),
    ("鲁GYA013", CheckItem.BODY_WORK, DefectSeverity.MINOR, "左侧栏板变形"),
    ("鲁GYA017", CheckItem.TYRES, DefectSeverity.MAJOR, "第三轴外侧胎花纹偏浅"),
)


def add_vehicles(tx: Tx) -> None:
    """Take every vehicle into the fleet, trailers before the tractors that draw them."""
    today = local(tx.now).date()
    for row in tables.rows("vehicles", FORMS):
        fleet.create(tx, _card(row, today))
    fleet.take_out_of_service(tx, *IN_REPAIR)
    for plate, item, severity, note in DEFECTS:
        fleet.report_defect(tx, plate, item, severity, note)


def _card(row: MutableMapping[str, Any], today: date) -> dict[str, Any]:
    """Turn ages and remaining days into dates."""
    age_months, inspected_on = row.pop("age_months"), today - timedelta(days=row.pop("inspected_days_ago"))
    cycle = timedelta(days=OLD_CYCLE_DAYS if age_months > OLD_MONTHS else CYCLE_DAYS)
    days = {
        "registration": REGISTERED_DAYS,
        "inspection": (inspected_on + cycle - today).days,
        "operation_permit": row.pop("permit_days", None),
        "hazmat_permit": row.pop("hazmat_days", None),
    }
    insured = row.pop("insured_days", None)
    days |= {"compulsory_insurance": insured, "commercial_insurance": insured}
    return {
        **row,
        "documents": papers(row["plate"], days, today),
        "first_registered_on": today - age_months * MONTH,
        "last_inspection_on": inspected_on,
    }
