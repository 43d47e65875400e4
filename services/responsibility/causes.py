"""Why the accident happened: the finding that the first of the four gates rests on (R-A-01)."""

from __future__ import annotations

from dataclasses import dataclass

from models.accidents import Accident
from models.vocabulary import CauseCategory
from services.accident_cases import ALIVE, find_accident, object_to_state
from services.files import require_files
from services.policy.findings import require
from services.responsibility.cases import of_case
from services.transaction import Tx


@dataclass(frozen=True, slots=True)
class Cause:
    """What was found: the text, its category, and the files that show it."""

    text: str
    category: CauseCategory
    evidence: tuple[str, ...]


def find(tx: Tx, number: str, cause: Cause) -> Accident:
    """Write down the cause with its evidence; a later finding replaces it and the journal keeps both.

    Raises RuleBrokenError for a case that is over or an unknown file.
    """
    accident = find_accident(tx, number, lock=True)
    require([*object_to_state(accident, ALIVE), *require_files(tx, cause.evidence, "evidence")])
    before = {"category": accident.cause_category, "cause": accident.cause}
    accident.cause, accident.cause_category = cause.text, cause.category
    accident.cause_evidence = list(dict.fromkeys(cause.evidence))
    tx.session.flush()
    after = {"category": cause.category, "cause": cause.text, "evidence": list(cause.evidence)}
    tx.journal("accident.cause_found", of_case(accident), {"before": before, "after": after})
    return accident
