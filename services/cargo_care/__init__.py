"""The goods of a truck in an accident: held with it, looked through, let go on or moved to another truck (R-A-08).

What other use cases call is named here; the rest of each module is its own.
"""

from __future__ import annotations

from services.cargo_care.damage import record_damage
from services.cargo_care.freezing import choose_action, freeze, unfreeze
from services.cargo_care.plans import Consent, LineDamage, Place, TranshipmentPlan
from services.cargo_care.transhipping import tranship

__all__ = [
    "Consent",
    "LineDamage",
    "Place",
    "TranshipmentPlan",
    "choose_action",
    "freeze",
    "record_damage",
    "tranship",
    "unfreeze",
]
