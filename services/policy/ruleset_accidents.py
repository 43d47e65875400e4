"""The numbers of accidents, penalties and payroll (domain 4); a part of the ruleset."""

from __future__ import annotations

from dataclasses import dataclass

from services.policy.ruleset_fields import number, switch


@dataclass(frozen=True, slots=True)
class AccidentRules:
    """Thresholds of the three classifications (domain 4.3); money in fen, people as counts."""

    mps_minor_slight: int = number(2, 1, 10, "people slightly hurt, at most", "MPS circular 1991")
    mps_minor_property_fen: int = number(100_000, 1, 10**10, "fen, below", "MPS circular 1991")
    mps_ordinary_seriously: int = number(2, 1, 10, "people seriously hurt, at most", "MPS circular 1991")
    mps_ordinary_property_fen: int = number(3_000_000, 1, 10**11, "fen, below", "MPS circular 1991")
    mps_major_dead: int = number(2, 1, 10, "people dead, at most", "MPS circular 1991")
    mps_major_seriously: int = number(10, 3, 50, "people seriously hurt, at most", "MPS circular 1991")
    mps_major_property_fen: int = number(6_000_000, 1, 10**12, "fen, below", "MPS circular 1991")
    mps_one_dead_seriously: int = number(8, 1, 50, "people seriously hurt besides one dead", "MPS circular 1991")
    mps_two_dead_seriously: int = number(5, 1, 50, "people seriously hurt besides two dead", "MPS circular 1991")
    tier_2_dead: int = number(1, 1, 10, "people dead, from", "R-A-14")
    tier_2_seriously: int = number(3, 1, 50, "people seriously hurt, from", "R-A-14")
    tier_3_dead: int = number(3, 2, 50, "people dead, from", "R-A-15")
    tier_3_harmed: int = number(10, 3, 100, "people dead or seriously hurt, from", "R-A-15")
    sc493_larger_dead: int = number(3, 1, 100, "people dead, from", "State Council 493, 3")
    sc493_larger_hurt: int = number(10, 1, 1000, "people seriously hurt, from", "State Council 493, 3")
    sc493_larger_fen: int = number(1_000_000_000, 1, 10**13, "fen, from", "State Council 493, 3")
    sc493_major_dead: int = number(10, 1, 100, "people dead, from", "State Council 493, 3")
    sc493_major_hurt: int = number(50, 1, 1000, "people seriously hurt, from", "State Council 493, 3")
    sc493_major_fen: int = number(5_000_000_000, 1, 10**13, "fen, from", "State Council 493, 3")
    sc493_extraordinary_dead: int = number(30, 1, 1000, "people dead, from", "State Council 493, 3")
    sc493_extraordinary_hurt: int = number(100, 1, 10000, "people seriously hurt, from", "State Council 493, 3")
    sc493_extraordinary_fen: int = number(10_000_000_000, 1, 10**14, "fen, from", "State Council 493, 3")
    missing_counts_as_dead: bool = switch(default=True, source="domain 4.3")


@dataclass(frozen=True, slots=True)
class ClockRules:
    """How long each accident clock runs and how long before it an alarm is raised (domain 4.2)."""

    same_accident_minutes: int = number(
        120, 1, 1440, "min within which two reports of one vehicle tell of one accident", "company default"
    )
    driver_report_minutes: int = number(10, 1, 120, "min after the accident", "R-A-06")
    responder_minutes: int = number(15, 1, 240, "min after the company received the report", "R-A-07")
    insurer_hours: int = number(48, 1, 96, "h after the outline was known", "R-A-09")
    outline_latest_hours: int = number(24, 1, 72, "h after receipt, when the outline counts as known", "domain 4.2")
    one_hour_minutes: int = number(60, 10, 60, "min after the company received the report", "R-A-14, 493 art. 9")
    quick_form_minutes: int = number(60, 10, 240, "min after the class became major", "R-A-20")
    written_hours: int = number(24, 1, 72, "h after the oral report", "R-A-16")
    follow_up_rise_minutes: int = number(60, 10, 240, "min after a change that raises the tier", "R-A-17")
    follow_up_hours: int = number(24, 1, 72, "h after any other change", "R-A-17")
    follow_up_watch_days: int = number(7, 1, 30, "days after the accident", "State Council 493, 13")
    record_days: int = number(5, 1, 5, "local days, the day after the accident being the first", "R-A-28")
    record_skips_holidays: bool = switch(default=False, source="Civil Code 203")
    determination_days: int = number(10, 1, 60, "days after the scene date", "Procedure regulation 62")
    determination_served_days: int = number(3, 0, 30, "days to serve the determination", "Procedure regulation 65")
    review_days: int = number(3, 1, 30, "days after service", "Procedure regulation 71")
    review_decided_days: int = number(30, 1, 90, "days to decide a review", "Procedure regulation 74")
    appeal_days: int = number(5, 1, 60, "days after service of a penalty", "domain 4.1 company default")
    monthly_day: int = number(5, 1, 28, "day of the next month", "R-A-21")
    warn_share_percent: int = number(50, 5, 95, "percent of a clock after which the person on duty is alarmed", "P18")
    longest_duty_hours: int = number(72, 1, 168, "h of one shift on duty", "company default")
    warn_at_least_minutes: int = number(5, 1, 60, "min before the end, at the latest", "reliability P18")


@dataclass(frozen=True, slots=True)
class PenaltyRules:
    """Shares, rates and switches of penalties (domain 4.4); a change needs publication (劳动合同法 4)."""

    share_full_percent: int = number(100, 0, 100, "percent of the gross loss", "insurance model clauses")
    share_main_percent: int = number(70, 0, 100, "percent of the gross loss", "insurance model clauses")
    share_equal_percent: int = number(50, 0, 100, "percent of the gross loss", "insurance model clauses")
    share_secondary_percent: int = number(30, 0, 100, "percent of the gross loss", "insurance model clauses")
    prudent_profile: bool = switch(default=False, source="domain 6")
    prudent_rate_percent: int = number(20, 10, 30, "percent of the personal loss", "domain 4.4 rule 2")
    secondary_loses_bonus: bool = switch(default=True, source="R-P-03")
    safety_bonus_fen: int = number(300_000, 0, 10**9, "fen of the year's safety bonus", "R-P-03")
    disciplinary_fine_allowed: bool = switch(default=False, source="domain finding 4")
    disciplinary_fine_max_fen: int = number(20_000, 0, 10**7, "fen", "company default")


@dataclass(frozen=True, slots=True)
class PayrollRules:
    """Limits of the monthly deduction; they may be made stricter, never laxer than the law."""

    wage_share_percent: int = number(20, 0, 20, "percent of the month's wage", "Wage payment regulation 16")
    minimum_wage_fen: int = number(220_000, 50_000, 10**7, "fen a month, local", "Wage payment regulation 16")
