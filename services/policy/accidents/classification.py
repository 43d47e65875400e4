"""The three scales on which an accident is measured, each on its own: none is derived from another (domain 4.3).

The company's measures use the classes of the 1991 police circular, the reporting duties use tiers, and the State
Council's decree 493 has grades of its own; "major" means something else in each.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.vocabulary import MpsClass, Sc493Grade
from services.policy.ruleset_accidents import AccidentRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What an accident did as far as is known: people as counts, direct property loss in fen."""

    dead: int = 0
    seriously_hurt: int = 0
    slightly_hurt: int = 0
    missing: int = 0
    property_fen: int = 0


@dataclass(frozen=True, slots=True)
class Classes:
    """An accident on all three scales."""

    mps_class: MpsClass
    report_tier: int
    sc493_grade: Sc493Grade


def classify(harm: Harm, rules: AccidentRules) -> Classes:
    """Measure an accident on all three scales."""
    return Classes(mps1991_class(harm, rules), report_tier(harm, rules), sc493_grade(harm, rules))


def mps1991_class(harm: Harm, rules: AccidentRules) -> MpsClass:
    """Give the class of the 1991 circular (轻微, 一般, 重大, 特大); people hurt and property count alike."""
    if _extraordinary(harm, rules):
        return MpsClass.EXTRAORDINARY
    if (
        harm.dead > 0
        or harm.seriously_hurt > rules.mps_ordinary_seriously
        or harm.property_fen >= rules.mps_ordinary_property_fen
    ):
        return MpsClass.MAJOR
    if (
        harm.seriously_hurt > 0
        or harm.slightly_hurt > rules.mps_minor_slight
        or harm.property_fen >= rules.mps_minor_property_fen
    ):
        return MpsClass.ORDINARY
    return MpsClass.MINOR


def report_tier(harm: Harm, rules: AccidentRules) -> int:
    """Give the reporting tier 1, 2 or 3 (R-A-13 to R-A-15); who is missing counts as dead until found."""
    dead = harm.dead + (harm.missing if rules.missing_counts_as_dead else 0)
    if dead >= rules.tier_3_dead or dead + harm.seriously_hurt >= rules.tier_3_harmed:
        return 3
    return 2 if dead >= rules.tier_2_dead or harm.seriously_hurt >= rules.tier_2_seriously else 1


def sc493_grade(harm: Harm, rules: AccidentRules) -> Sc493Grade:
    """Give the grade of State Council decree 493, article 3 (一般, 较大, 重大, 特别重大)."""
    known = (harm.dead, harm.seriously_hurt, harm.property_fen)
    steps = (
        (
            Sc493Grade.EXTRAORDINARY,
            (rules.sc493_extraordinary_dead, rules.sc493_extraordinary_hurt, rules.sc493_extraordinary_fen),
        ),
        (Sc493Grade.MAJOR, (rules.sc493_major_dead, rules.sc493_major_hurt, rules.sc493_major_fen)),
        (Sc493Grade.LARGER, (rules.sc493_larger_dead, rules.sc493_larger_hurt, rules.sc493_larger_fen)),
    )
    for grade, limits in steps:
        if any(count >= limit for count, limit in zip(known, limits, strict=True)):
            return grade
    return Sc493Grade.ORDINARY


def major_by_casualties(harm: Harm, rules: AccidentRules) -> bool:
    """Tell whether the people hurt alone make it 重大 or 特大, which asks for the quick form at once (R-A-20)."""
    people = Harm(dead=harm.dead, seriously_hurt=harm.seriously_hurt, slightly_hurt=harm.slightly_hurt)
    return mps1991_class(people, rules) in {MpsClass.MAJOR, MpsClass.EXTRAORDINARY}


def _extraordinary(harm: Harm, rules: AccidentRules) -> bool:
    return (
        harm.dead > rules.mps_major_dead
        or harm.seriously_hurt > rules.mps_major_seriously
        or (harm.dead >= 1 and harm.seriously_hurt >= rules.mps_one_dead_seriously)
        or (harm.dead >= 2 and harm.seriously_hurt >= rules.mps_two_dead_seriously)
        or harm.property_fen >= rules.mps_major_property_fen
    )
