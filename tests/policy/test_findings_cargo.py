"""Every finding and reason of cargo, vehicles and securing has a text in both languages that its facts fill."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from models.vocabulary import (
    Body,
    CargoClass,
    DefectSeverity,
    Gear,
    LicenceClass,
    SecuringMeasure,
    VehicleDocument,
    VehicleState,
)
from services.policy.cargo import object_to_cargo, object_to_packaging, object_to_papers
from services.policy.ruleset import DEFAULTS
from services.policy.securing import SecuringFacts, object_to_securing
from services.policy.vehicles import object_to_vehicle, rank
from services.texts import LANGUAGES, finding_message
from services.texts.findings_cargo import FINDINGS_CARGO
from services.texts.saying import SPANS
from tests.support.cargo_builders import a_cargo, a_job, a_line, a_train, a_truck, controllers

POLICY = Path(__file__).parents[2] / "services" / "policy"
SOURCES = ("cargo", "body_matrix", "vehicle_loads", "vehicles", "securing")
LITERAL = re.compile(r'(?:Finding|Reason)\(\s*f?"([A-Z][A-Z0-9_]+)"')
BUILT = {"TARP_MISSING", "ROPE_MISSING", "BODY_PREFERRED", "BODY_ALLOWED", "BODY_CONDITIONAL"}


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_every_code_in_the_source_has_a_text_and_every_text_a_code():
    used = {code for name in SOURCES for code in LITERAL.findall((POLICY / f"{name}.py").read_text(encoding="utf-8"))}
    assert used | BUILT == set(FINDINGS_CARGO)


@pytest.mark.parametrize("code", FINDINGS_CARGO)
def test_both_languages_name_the_same_facts(code):
    chinese, english = FINDINGS_CARGO[code]
    assert names(chinese) == names(english)


def many_findings():
    bad = a_line(
        cargo_class=CargoClass.FROZEN, food_grade=True, temp_min_c=5, temp_max_c=1, mass_kg=90000, volume_dm3=10**6
    )
    acid = a_line(line_no=2, hazmat_class="8x", height_mm=5000, length_mm=9000)
    paint = a_line(line_no=3, cargo_class=CargoClass.HAZMAT, hazmat_class="3")
    nameless = a_line(line_no=4, cargo_class=CargoClass.HAZMAT)
    cold = a_line(line_no=5, cargo_class=CargoClass.CHILLED)
    tall = a_line(line_no=6, cargo_class=CargoClass.OVERSIZE, divisible=False, height_mm=4000)
    cargo = a_cargo(bad, acid, paint, nameless, cold, tall, controllers(line_no=7), out_of_town=True)
    yield from object_to_cargo(cargo, DEFAULTS)
    yield from object_to_papers(cargo)
    yield from object_to_packaging(cargo)
    crew = (frozenset({LicenceClass.C1}),)
    job = a_job(cargo=cargo, crew_licences=crew, drivers_on_probation=1)
    inspected = a_job().planned_departure.date().replace(year=2020)
    worst = a_train(
        state=VehicleState.OUT_OF_SERVICE,
        open_defects=(DefectSeverity.CRITICAL,),
        busy_with="T-1",
        clean=False,
        last_cargo_dirty_or_toxic=True,
        last_inspection_on=inspected,
        inner_length_mm=5000,
        volume_dm3=1000,
        documents={VehicleDocument.INSPECTION: inspected},
    )
    yield from object_to_vehicle(worst, job, DEFAULTS)
    yield from rank([a_truck(), a_truck(empty_distance_km=None)], a_job(), DEFAULTS).candidates[0].reasons
    yield from object_to_securing([SecuringFacts(measure=SecuringMeasure.COVER)], frozenset({Gear.MESH}), frozenset())
    valuable = a_line(cargo_class=CargoClass.VALUABLE)
    yield from object_to_vehicle(a_truck(body=Body.BOX), a_job(valuable), DEFAULTS)


def test_the_facts_of_a_finding_fill_its_text():
    seen = set()
    for finding in many_findings():
        seen.add(finding.code)
        for template, language in zip(FINDINGS_CARGO[finding.code], LANGUAGES, strict=True):
            spans = {name: span for name, span in SPANS.items() if span[0] in finding.facts}
            assert "{" not in template.format_map({**finding.facts, **spans})
            assert not re.search(r"<\w+\.|None|\{", finding_message(finding, language))
    assert len(seen) > 40
