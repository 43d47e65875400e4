"""From the accident to the payroll: cases, responsibility, penalties, the ledger and its guards."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import ledger_guards

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "ledger_seals",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_seals")),
    )
    op.create_table(
        "monthly_reports",
        sa.Column("id", BIG, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_by", sa.String(length=200), nullable=True),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("figures", DOCUMENT, nullable=True),
        sa.CheckConstraint("month LIKE '____-__'", name=op.f("ck_monthly_reports_month")),
        sa.CheckConstraint("(filed_at IS NULL) = (figures IS NULL)", name=op.f("ck_monthly_reports_figures")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_reports")),
        sa.UniqueConstraint("month", name=op.f("uq_monthly_reports_month")),
    )
    op.create_table(
        "payroll_exports",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("columns", DOCUMENT, nullable=False),
        sa.Column("rows", BIG, nullable=False),
        sa.Column("total_fen", BIG, nullable=False),
        sa.Column("refunds_fen", BIG, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("month LIKE '____-__'", name=op.f("ck_payroll_exports_month")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_exports")),
        sa.UniqueConstraint("month", "seq", name=op.f("uq_payroll_exports_month_seq")),
        sa.UniqueConstraint("number", name=op.f("uq_payroll_exports_number")),
    )
    op.create_table(
        "payroll_runs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("people", BIG, nullable=False),
        sa.Column("taken_fen", BIG, nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ran_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("month LIKE '____-__'", name=op.f("ck_payroll_runs_month")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payroll_runs")),
        sa.UniqueConstraint("month", "seq", name=op.f("uq_payroll_runs_month_seq")),
    )
    op.create_table(
        "duty_shifts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_duty_shifts_times")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_duty_shifts_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shifts")),
    )
    op.create_index("ix_duty_shifts_starts_at", "duty_shifts", ["starts_at"], unique=False)
    op.create_table(
        "employees",
        sa.Column("id", BIG, nullable=False),
        sa.Column("staff_no", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("post", sa.String(length=80), nullable=False),
        sa.Column("driver_id", BIG, nullable=True),
        sa.Column("user_id", BIG, nullable=True),
        sa.Column("deduction_clause", sa.Boolean(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.ForeignKeyConstraint(["driver_id"], ["drivers.id"], name=op.f("fk_employees_driver_id_drivers")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_employees_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employees")),
        sa.UniqueConstraint("driver_id", name=op.f("uq_employees_driver_id")),
        sa.UniqueConstraint("staff_no", name=op.f("uq_employees_staff_no")),
        sa.UniqueConstraint("user_id", name=op.f("uq_employees_user_id")),
    )
    op.create_table(
        "bonus_forfeitures",
        sa.Column("id", BIG, nullable=False),
        sa.Column("employee_id", BIG, nullable=False),
        sa.Column("year", BIG, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reinstated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employees.id"], name=op.f("fk_bonus_forfeitures_employee_id_employees")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bonus_forfeitures")),
        sa.UniqueConstraint("employee_id", "year", name="uq_bonus_forfeitures_person_year"),
    )
    op.create_table(
        "documents",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("employee_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("problem", DOCUMENT, nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("size_bytes", BIG, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requested_by", sa.String(length=200), nullable=False),
        sa.Column("requested_by_id", BIG, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(state = 'done') = (content IS NOT NULL)", name=op.f("ck_documents_content")),
        sa.CheckConstraint("(state = 'failed') = (problem IS NOT NULL)", name=op.f("ck_documents_problem")),
        sa.ForeignKeyConstraint(["employee_id"], ["employees.id"], name=op.f("fk_documents_employee_id_employees")),
        sa.ForeignKeyConstraint(["requested_by_id"], ["users.id"], name=op.f("fk_documents_requested_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("number", name=op.f("uq_documents_number")),
    )
    op.create_index(op.f("ix_documents_employee_id"), "documents", ["employee_id"], unique=False)
    op.create_index("ix_documents_subject", "documents", ["subject"], unique=False)
    op.create_table(
        "wages",
        sa.Column("id", BIG, nullable=False),
        sa.Column("employee_id", BIG, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("gross_fen", BIG, nullable=False),
        sa.Column("minimum_fen", BIG, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("month LIKE '____-__'", name=op.f("ck_wages_month")),
        sa.CheckConstraint("gross_fen >= 0 AND minimum_fen >= 0", name=op.f("ck_wages_amounts")),
        sa.ForeignKeyConstraint(["employee_id"], ["employees.id"], name=op.f("fk_wages_employee_id_employees")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wages")),
        sa.UniqueConstraint("employee_id", "month", name=op.f("uq_wages_employee_id_month")),
    )
    op.create_index("ix_wages_month", "wages", ["month"], unique=False)
    op.create_table(
        "accidents",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("trip_id", BIG, nullable=True),
        sa.Column("vehicle_id", BIG, nullable=False),
        sa.Column("driver_id", BIG, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("company_received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("police_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("safety_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outline_known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_via", sa.String(length=32), nullable=False),
        sa.Column("reported_by", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("lat_e6", BIG, nullable=True),
        sa.Column("lon_e6", BIG, nullable=True),
        sa.Column("outline", sa.String(length=2000), nullable=False),
        sa.Column("dead", BIG, nullable=False),
        sa.Column("seriously_hurt", BIG, nullable=False),
        sa.Column("slightly_hurt", BIG, nullable=False),
        sa.Column("missing", BIG, nullable=False),
        sa.Column("property_fen", BIG, nullable=False),
        sa.Column("mps_class", sa.String(length=32), nullable=False),
        sa.Column("report_tier", BIG, nullable=False),
        sa.Column("sc493_grade", sa.String(length=32), nullable=False),
        sa.Column("hit_and_run", sa.Boolean(), nullable=False),
        sa.Column("responder", sa.String(length=80), nullable=True),
        sa.Column("responder_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cargo_action", sa.String(length=32), nullable=True),
        sa.Column("first_response", DOCUMENT, nullable=False),
        sa.Column("emergency", DOCUMENT, nullable=True),
        sa.Column("form", DOCUMENT, nullable=False),
        sa.Column("record", sa.String(length=4000), nullable=True),
        sa.Column("investigated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cause_category", sa.String(length=32), nullable=True),
        sa.Column("cause", sa.String(length=2000), nullable=True),
        sa.Column("cause_evidence", DOCUMENT, nullable=False),
        sa.Column("none_responsible_by", sa.String(length=200), nullable=True),
        sa.Column("none_responsible_reason", sa.String(length=500), nullable=True),
        sa.Column("void_reason", sa.String(length=500), nullable=True),
        sa.Column("void_asked_by_id", BIG, nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=200), nullable=True),
        sa.Column("round", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.CheckConstraint(
            "dead >= 0 AND seriously_hurt >= 0 AND slightly_hurt >= 0 AND missing >= 0 AND property_fen >= 0",
            name=op.f("ck_accidents_harm"),
        ),
        sa.ForeignKeyConstraint(["driver_id"], ["drivers.id"], name=op.f("fk_accidents_driver_id_drivers")),
        sa.ForeignKeyConstraint(["trip_id"], ["trips.id"], name=op.f("fk_accidents_trip_id_trips")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_accidents_vehicle_id_vehicles")),
        sa.ForeignKeyConstraint(["void_asked_by_id"], ["users.id"], name=op.f("fk_accidents_void_asked_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accidents")),
        sa.UniqueConstraint("number", name=op.f("uq_accidents_number")),
    )
    op.create_index(op.f("ix_accidents_driver_id"), "accidents", ["driver_id"], unique=False)
    op.create_index("ix_accidents_occurred_at", "accidents", ["occurred_at"], unique=False)
    op.create_index("ix_accidents_state_id", "accidents", ["state", "id"], unique=False)
    op.create_index(op.f("ix_accidents_trip_id"), "accidents", ["trip_id"], unique=False)
    op.create_index(op.f("ix_accidents_vehicle_id"), "accidents", ["vehicle_id"], unique=False)
    op.create_table(
        "accident_clocks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("arming", BIG, nullable=False),
        sa.Column("reason", sa.String(length=120), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["accident_id"], ["accidents.id"], name=op.f("fk_accident_clocks_accident_id_accidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accident_clocks")),
        sa.UniqueConstraint("accident_id", "kind", "arming", name=op.f("uq_accident_clocks_accident_id_kind_arming")),
    )
    op.create_index(
        "ix_accident_clocks_due",
        "accident_clocks",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("met_at IS NULL AND missed_at IS NULL AND stopped_at IS NULL"),
        postgresql_where=sa.text("met_at IS NULL AND missed_at IS NULL AND stopped_at IS NULL"),
    )
    op.create_table(
        "accident_reports",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("recipient", sa.String(length=32), nullable=False),
        sa.Column("base_id", BIG, nullable=True),
        sa.Column("blocks", DOCUMENT, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=120), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["accident_id"], ["accidents.id"], name=op.f("fk_accident_reports_accident_id_accidents")
        ),
        sa.ForeignKeyConstraint(
            ["base_id"], ["accident_reports.id"], name=op.f("fk_accident_reports_base_id_accident_reports")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accident_reports")),
        sa.UniqueConstraint("number", name=op.f("uq_accident_reports_number")),
    )
    op.create_index(op.f("ix_accident_reports_accident_id"), "accident_reports", ["accident_id"], unique=False)
    op.create_table(
        "analysis_meetings",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("round", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chair_name", sa.String(length=80), nullable=False),
        sa.Column("chair_role", sa.String(length=32), nullable=False),
        sa.Column("attendees", DOCUMENT, nullable=False),
        sa.Column("conclusion", sa.String(length=4000), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["accident_id"], ["accidents.id"], name=op.f("fk_analysis_meetings_accident_id_accidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis_meetings")),
    )
    op.create_index(op.f("ix_analysis_meetings_accident_id"), "analysis_meetings", ["accident_id"], unique=False)
    op.create_table(
        "case_papers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("employee_id", BIG, nullable=True),
        sa.Column("body", sa.String(length=8000), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("filed_by", sa.String(length=200), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["accident_id"], ["accidents.id"], name=op.f("fk_case_papers_accident_id_accidents")),
        sa.ForeignKeyConstraint(["employee_id"], ["employees.id"], name=op.f("fk_case_papers_employee_id_employees")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_papers")),
    )
    op.create_index("ix_case_papers_accident_id_kind", "case_papers", ["accident_id", "kind"], unique=False)
    op.create_table(
        "corrective_measures",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("measure", sa.String(length=1000), nullable=False),
        sa.Column("owner_id", BIG, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", BIG, nullable=True),
        sa.Column("done_note", sa.String(length=500), nullable=True),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("verified_by_id", BIG, nullable=True),
        sa.Column("verification", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "verified_by_id IS NULL OR verified_by_id <> owner_id", name=op.f("ck_corrective_measures_verifier")
        ),
        sa.ForeignKeyConstraint(
            ["accident_id"], ["accidents.id"], name=op.f("fk_corrective_measures_accident_id_accidents")
        ),
        sa.ForeignKeyConstraint(["done_by_id"], ["users.id"], name=op.f("fk_corrective_measures_done_by_id_users")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_corrective_measures_owner_id_users")),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["users.id"], name=op.f("fk_corrective_measures_verified_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrective_measures")),
    )
    op.create_index(op.f("ix_corrective_measures_accident_id"), "corrective_measures", ["accident_id"], unique=False)
    op.create_table(
        "determinations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("basis", sa.String(length=32), nullable=False),
        sa.Column("document_no", sa.String(length=80), nullable=False),
        sa.Column("authority", sa.String(length=120), nullable=False),
        sa.Column("document_date", sa.Date(), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scan", sa.String(length=64), nullable=False),
        sa.Column("grade", sa.String(length=32), nullable=False),
        sa.Column("parties", DOCUMENT, nullable=False),
        sa.Column("mitigation", sa.String(length=500), nullable=True),
        sa.Column("review_filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_filed_by", sa.String(length=200), nullable=True),
        sa.Column("review_reason", sa.String(length=500), nullable=True),
        sa.Column("final_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["accident_id"], ["accidents.id"], name=op.f("fk_determinations_accident_id_accidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_determinations")),
        sa.UniqueConstraint("accident_id", "seq", name=op.f("uq_determinations_accident_id_seq")),
        sa.UniqueConstraint("authority", "document_no", name=op.f("uq_determinations_authority_document_no")),
    )
    op.create_table(
        "education_records",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("employee_id", BIG, nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("trainer", sa.String(length=80), nullable=False),
        sa.Column("minutes", BIG, nullable=False),
        sa.Column("topic", sa.String(length=200), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_education_records_minutes")),
        sa.ForeignKeyConstraint(
            ["accident_id"], ["accidents.id"], name=op.f("fk_education_records_accident_id_accidents")
        ),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employees.id"], name=op.f("fk_education_records_employee_id_employees")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_education_records")),
    )
    op.create_index(op.f("ix_education_records_accident_id"), "education_records", ["accident_id"], unique=False)
    op.create_table(
        "gate_signatures",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("round", BIG, nullable=False),
        sa.Column("gate", sa.String(length=32), nullable=False),
        sa.Column("evidence", sa.String(length=1000), nullable=False),
        sa.Column("signed_by_id", BIG, nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["accident_id"], ["accidents.id"], name=op.f("fk_gate_signatures_accident_id_accidents")
        ),
        sa.ForeignKeyConstraint(["signed_by_id"], ["users.id"], name=op.f("fk_gate_signatures_signed_by_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_signatures")),
        sa.UniqueConstraint("accident_id", "round", "gate", name=op.f("uq_gate_signatures_accident_id_round_gate")),
    )
    op.create_table(
        "harm_counts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("dead", BIG, nullable=False),
        sa.Column("seriously_hurt", BIG, nullable=False),
        sa.Column("slightly_hurt", BIG, nullable=False),
        sa.Column("missing", BIG, nullable=False),
        sa.Column("property_fen", BIG, nullable=False),
        sa.Column("mps_class", sa.String(length=32), nullable=False),
        sa.Column("report_tier", BIG, nullable=False),
        sa.Column("sc493_grade", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint(
            "dead >= 0 AND seriously_hurt >= 0 AND slightly_hurt >= 0 AND missing >= 0 AND property_fen >= 0",
            name=op.f("ck_harm_counts_harm"),
        ),
        sa.ForeignKeyConstraint(["accident_id"], ["accidents.id"], name=op.f("fk_harm_counts_accident_id_accidents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_harm_counts")),
        sa.UniqueConstraint("accident_id", "seq", name=op.f("uq_harm_counts_accident_id_seq")),
    )
    op.create_table(
        "insurance_claims",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("insurer", sa.String(length=120), nullable=False),
        sa.Column("policy_no", sa.String(length=80), nullable=True),
        sa.Column("claim_no", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assessed_fen", BIG, nullable=True),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=300), nullable=True),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["accident_id"], ["accidents.id"], name=op.f("fk_insurance_claims_accident_id_accidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insurance_claims")),
    )
    op.create_index(op.f("ix_insurance_claims_accident_id"), "insurance_claims", ["accident_id"], unique=False)
    op.create_table(
        "involved_people",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("employee_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("responsible", sa.Boolean(), nullable=False),
        sa.Column("grade", sa.String(length=32), nullable=True),
        sa.Column("share", BIG, nullable=False),
        sa.Column("violation", sa.Boolean(), nullable=True),
        sa.Column("fault_basis", sa.String(length=32), nullable=True),
        sa.Column("cause_category", sa.String(length=32), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("share >= 0 AND share <= 100000000", name=op.f("ck_involved_people_share")),
        sa.ForeignKeyConstraint(
            ["accident_id"], ["accidents.id"], name=op.f("fk_involved_people_accident_id_accidents")
        ),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employees.id"], name=op.f("fk_involved_people_employee_id_employees")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_involved_people")),
        sa.UniqueConstraint("accident_id", "employee_id", name=op.f("uq_involved_people_accident_id_employee_id")),
    )
    op.create_index(op.f("ix_involved_people_employee_id"), "involved_people", ["employee_id"], unique=False)
    op.create_table(
        "ledger_journals",
        sa.Column("id", BIG, nullable=False),
        sa.Column("source_key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("reverses_id", BIG, nullable=True),
        sa.Column("employee_id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=True),
        sa.Column("memo", sa.String(length=300), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_by", sa.String(length=200), nullable=False),
        sa.Column("sealed", BIG, nullable=False),
        sa.CheckConstraint("kind <> 'reversal' OR reverses_id IS NOT NULL", name=op.f("ck_ledger_journals_reversal")),
        sa.CheckConstraint("sealed IN (0, 1)", name=op.f("ck_ledger_journals_sealed")),
        sa.ForeignKeyConstraint(
            ["accident_id"], ["accidents.id"], name=op.f("fk_ledger_journals_accident_id_accidents")
        ),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employees.id"], name=op.f("fk_ledger_journals_employee_id_employees")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["ledger_journals.id"], name=op.f("fk_ledger_journals_reverses_id_ledger_journals")
        ),
        sa.ForeignKeyConstraint(
            ["sealed"],
            ["ledger_seals.id"],
            name=op.f("fk_ledger_journals_sealed_ledger_seals"),
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_journals")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_ledger_journals_reverses_id")),
        sa.UniqueConstraint("source_key", name=op.f("uq_ledger_journals_source_key")),
    )
    op.create_index(op.f("ix_ledger_journals_accident_id"), "ledger_journals", ["accident_id"], unique=False)
    op.create_index(op.f("ix_ledger_journals_employee_id"), "ledger_journals", ["employee_id"], unique=False)
    op.create_table(
        "loss_items",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("amount_fen", BIG, nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("evidence", DOCUMENT, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by", sa.String(length=200), nullable=True),
        sa.Column("struck_reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_loss_items_amount")),
        sa.ForeignKeyConstraint(["accident_id"], ["accidents.id"], name=op.f("fk_loss_items_accident_id_accidents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loss_items")),
    )
    op.create_index(op.f("ix_loss_items_accident_id"), "loss_items", ["accident_id"], unique=False)
    op.create_table(
        "off_posts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("driver_id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=True),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_by", sa.String(length=200), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=200), nullable=True),
        sa.Column("end_reason", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["accident_id"], ["accidents.id"], name=op.f("fk_off_posts_accident_id_accidents")),
        sa.ForeignKeyConstraint(["driver_id"], ["drivers.id"], name=op.f("fk_off_posts_driver_id_drivers")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_off_posts")),
    )
    op.create_index(op.f("ix_off_posts_accident_id"), "off_posts", ["accident_id"], unique=False)
    op.create_index(
        "uq_off_posts_open",
        "off_posts",
        ["driver_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "penalty_proposals",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("profile", sa.String(length=32), nullable=False),
        sa.Column("grade", sa.String(length=32), nullable=False),
        sa.Column("gross_fen", BIG, nullable=False),
        sa.Column("burden_fen", BIG, nullable=False),
        sa.Column("burden_is_actual", sa.Boolean(), nullable=False),
        sa.Column("recovered_fen", BIG, nullable=False),
        sa.Column("net_fen", BIG, nullable=False),
        sa.Column("opinion", sa.String(length=2000), nullable=False),
        sa.Column("warnings", DOCUMENT, nullable=False),
        sa.Column("proposed_by_id", BIG, nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=500), nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["accident_id"], ["accidents.id"], name=op.f("fk_penalty_proposals_accident_id_accidents")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"], ["users.id"], name=op.f("fk_penalty_proposals_proposed_by_id_users")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_penalty_proposals")),
        sa.UniqueConstraint("accident_id", "seq", name=op.f("uq_penalty_proposals_accident_id_seq")),
    )
    op.create_index(
        "uq_penalty_proposals_live",
        "penalty_proposals",
        ["accident_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('proposed', 'approved')"),
        postgresql_where=sa.text("state IN ('proposed', 'approved')"),
    )
    op.create_table(
        "settlements",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("paid_fen", BIG, nullable=False),
        sa.Column("document", sa.String(length=200), nullable=False),
        sa.Column("scan", sa.String(length=64), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("paid_fen >= 0", name=op.f("ck_settlements_paid")),
        sa.ForeignKeyConstraint(["accident_id"], ["accidents.id"], name=op.f("fk_settlements_accident_id_accidents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlements")),
    )
    op.create_index(op.f("ix_settlements_accident_id"), "settlements", ["accident_id"], unique=False)
    op.create_table(
        "transhipments",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("from_trip_id", BIG, nullable=False),
        sa.Column("to_trip_id", BIG, nullable=False),
        sa.Column("facts", DOCUMENT, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["accident_id"], ["accidents.id"], name=op.f("fk_transhipments_accident_id_accidents")),
        sa.ForeignKeyConstraint(["from_trip_id"], ["trips.id"], name=op.f("fk_transhipments_from_trip_id_trips")),
        sa.ForeignKeyConstraint(["to_trip_id"], ["trips.id"], name=op.f("fk_transhipments_to_trip_id_trips")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transhipments")),
        sa.UniqueConstraint("accident_id", name=op.f("uq_transhipments_accident_id")),
    )
    op.create_table(
        "cargo_damages",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("consignment_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("damaged_quantity", BIG, nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("photos", DOCUMENT, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("damaged_quantity >= 0", name=op.f("ck_cargo_damages_quantity")),
        sa.ForeignKeyConstraint(["accident_id"], ["accidents.id"], name=op.f("fk_cargo_damages_accident_id_accidents")),
        sa.ForeignKeyConstraint(
            ["consignment_id"], ["consignments.id"], name=op.f("fk_cargo_damages_consignment_id_consignments")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["cargo_lines.id"], name=op.f("fk_cargo_damages_line_id_cargo_lines")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cargo_damages")),
        sa.UniqueConstraint("accident_id", "line_id", name=op.f("uq_cargo_damages_accident_id_line_id")),
    )
    op.create_index(op.f("ix_cargo_damages_consignment_id"), "cargo_damages", ["consignment_id"], unique=False)
    op.create_table(
        "deductions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("employee_id", BIG, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("run_id", BIG, nullable=False),
        sa.Column("wage_fen", BIG, nullable=False),
        sa.Column("minimum_fen", BIG, nullable=False),
        sa.Column("owed_fen", BIG, nullable=False),
        sa.Column("taken_fen", BIG, nullable=False),
        sa.Column("journal_id", BIG, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("month LIKE '____-__'", name=op.f("ck_deductions_month")),
        sa.CheckConstraint("taken_fen = 0 OR journal_id IS NOT NULL", name=op.f("ck_deductions_journal")),
        sa.CheckConstraint("taken_fen = 0 OR taken_fen <= wage_fen - minimum_fen", name=op.f("ck_deductions_minimum")),
        sa.CheckConstraint("taken_fen >= 0 AND taken_fen * 5 <= wage_fen", name=op.f("ck_deductions_fifth")),
        sa.ForeignKeyConstraint(["employee_id"], ["employees.id"], name=op.f("fk_deductions_employee_id_employees")),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["ledger_journals.id"], name=op.f("fk_deductions_journal_id_ledger_journals")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["payroll_runs.id"], name=op.f("fk_deductions_run_id_payroll_runs")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deductions")),
        sa.UniqueConstraint("employee_id", "month", name="uq_deductions_person_month"),
        sa.UniqueConstraint("journal_id", name=op.f("uq_deductions_journal_id")),
    )
    op.create_index("ix_deductions_month", "deductions", ["month"], unique=False)
    op.create_index(op.f("ix_deductions_run_id"), "deductions", ["run_id"], unique=False)
    op.create_table(
        "penalties",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.String(length=24), nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("proposal_id", BIG, nullable=False),
        sa.Column("employee_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("amount_fen", BIG, nullable=False),
        sa.Column("bonus_year", BIG, nullable=True),
        sa.Column("reason", sa.String(length=1000), nullable=False),
        sa.Column("warnings", DOCUMENT, nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("service_mode", sa.String(length=32), nullable=True),
        sa.Column("served_by", sa.String(length=200), nullable=True),
        sa.Column("witness", sa.String(length=80), nullable=True),
        sa.Column("receipt", sa.String(length=64), nullable=True),
        sa.Column("appeal_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal", sa.String(length=2000), nullable=True),
        sa.Column("appeal_outcome", sa.String(length=32), nullable=True),
        sa.Column("appeal_decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_decided_by_id", BIG, nullable=True),
        sa.Column("appeal_answer", sa.String(length=1000), nullable=True),
        sa.Column("final_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", BIG, nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_penalties_amount")),
        sa.ForeignKeyConstraint(["accident_id"], ["accidents.id"], name=op.f("fk_penalties_accident_id_accidents")),
        sa.ForeignKeyConstraint(
            ["appeal_decided_by_id"], ["users.id"], name=op.f("fk_penalties_appeal_decided_by_id_users")
        ),
        sa.ForeignKeyConstraint(["employee_id"], ["employees.id"], name=op.f("fk_penalties_employee_id_employees")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["penalty_proposals.id"], name=op.f("fk_penalties_proposal_id_penalty_proposals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_penalties")),
        sa.UniqueConstraint("number", name=op.f("uq_penalties_number")),
    )
    op.create_index("ix_penalties_accident_id", "penalties", ["accident_id"], unique=False)
    op.create_index("ix_penalties_employee_id_state", "penalties", ["employee_id", "state"], unique=False)
    op.create_index(op.f("ix_penalties_proposal_id"), "penalties", ["proposal_id"], unique=False)
    op.create_table(
        "proposal_approvals",
        sa.Column("id", BIG, nullable=False),
        sa.Column("proposal_id", BIG, nullable=False),
        sa.Column("user_id", BIG, nullable=False),
        sa.Column("capacity", sa.String(length=32), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["penalty_proposals.id"], name=op.f("fk_proposal_approvals_proposal_id_penalty_proposals")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_proposal_approvals_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_approvals")),
        sa.UniqueConstraint("proposal_id", "capacity", name=op.f("uq_proposal_approvals_proposal_id_capacity")),
        sa.UniqueConstraint("proposal_id", "user_id", name=op.f("uq_proposal_approvals_proposal_id_user_id")),
    )
    op.create_table(
        "recoveries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("claim_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("amount_fen", BIG, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=200), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by", sa.String(length=200), nullable=True),
        sa.Column("struck_reason", sa.String(length=300), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_recoveries_amount")),
        sa.ForeignKeyConstraint(["accident_id"], ["accidents.id"], name=op.f("fk_recoveries_accident_id_accidents")),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["insurance_claims.id"], name=op.f("fk_recoveries_claim_id_insurance_claims")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recoveries")),
    )
    op.create_index(op.f("ix_recoveries_accident_id"), "recoveries", ["accident_id"], unique=False)
    op.create_table(
        "forfeiture_grounds",
        sa.Column("id", BIG, nullable=False),
        sa.Column("forfeiture_id", BIG, nullable=False),
        sa.Column("accident_id", BIG, nullable=False),
        sa.Column("penalty_id", BIG, nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["accident_id"], ["accidents.id"], name=op.f("fk_forfeiture_grounds_accident_id_accidents")
        ),
        sa.ForeignKeyConstraint(
            ["forfeiture_id"],
            ["bonus_forfeitures.id"],
            name=op.f("fk_forfeiture_grounds_forfeiture_id_bonus_forfeitures"),
        ),
        sa.ForeignKeyConstraint(
            ["penalty_id"], ["penalties.id"], name=op.f("fk_forfeiture_grounds_penalty_id_penalties")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_forfeiture_grounds")),
        sa.UniqueConstraint(
            "forfeiture_id", "accident_id", name=op.f("uq_forfeiture_grounds_forfeiture_id_accident_id")
        ),
    )
    op.create_index(op.f("ix_forfeiture_grounds_accident_id"), "forfeiture_grounds", ["accident_id"], unique=False)
    op.create_table(
        "ledger_accounts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("employee_id", BIG, nullable=True),
        sa.Column("penalty_id", BIG, nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employees.id"], name=op.f("fk_ledger_accounts_employee_id_employees")
        ),
        sa.ForeignKeyConstraint(["penalty_id"], ["penalties.id"], name=op.f("fk_ledger_accounts_penalty_id_penalties")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint("code", name=op.f("uq_ledger_accounts_code")),
        sa.UniqueConstraint("penalty_id", name=op.f("uq_ledger_accounts_penalty_id")),
    )
    op.create_index(op.f("ix_ledger_accounts_employee_id"), "ledger_accounts", ["employee_id"], unique=False)
    op.create_table(
        "ledger_lines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("journal_id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("amount_fen", BIG, nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_ledger_lines_amount")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name=op.f("fk_ledger_lines_account_id_ledger_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["journal_id"], ["ledger_journals.id"], name=op.f("fk_ledger_lines_journal_id_ledger_journals")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_lines")),
    )
    op.create_index(op.f("ix_ledger_lines_account_id"), "ledger_lines", ["account_id"], unique=False)
    op.create_index("ix_ledger_lines_journal_id", "ledger_lines", ["journal_id"], unique=False)
    op.create_index("ix_trip_stops_arrived_at", "trip_stops", ["arrived_at"], unique=False)
    ledger_guards.install()


def downgrade() -> None:
    ledger_guards.remove()
    op.drop_index("ix_trip_stops_arrived_at", table_name="trip_stops")
    op.drop_index("ix_ledger_lines_journal_id", table_name="ledger_lines")
    op.drop_index(op.f("ix_ledger_lines_account_id"), table_name="ledger_lines")
    op.drop_table("ledger_lines")
    op.drop_index(op.f("ix_ledger_accounts_employee_id"), table_name="ledger_accounts")
    op.drop_table("ledger_accounts")
    op.drop_index(op.f("ix_forfeiture_grounds_accident_id"), table_name="forfeiture_grounds")
    op.drop_table("forfeiture_grounds")
    op.drop_index(op.f("ix_recoveries_accident_id"), table_name="recoveries")
    op.drop_table("recoveries")
    op.drop_table("proposal_approvals")
    op.drop_index(op.f("ix_penalties_proposal_id"), table_name="penalties")
    op.drop_index("ix_penalties_employee_id_state", table_name="penalties")
    op.drop_index("ix_penalties_accident_id", table_name="penalties")
    op.drop_table("penalties")
    op.drop_index(op.f("ix_deductions_run_id"), table_name="deductions")
    op.drop_index("ix_deductions_month", table_name="deductions")
    op.drop_table("deductions")
    op.drop_index(op.f("ix_cargo_damages_consignment_id"), table_name="cargo_damages")
    op.drop_table("cargo_damages")
    op.drop_table("transhipments")
    op.drop_index(op.f("ix_settlements_accident_id"), table_name="settlements")
    op.drop_table("settlements")
    op.drop_index(
        "uq_penalty_proposals_live",
        table_name="penalty_proposals",
        sqlite_where=sa.text("state IN ('proposed', 'approved')"),
        postgresql_where=sa.text("state IN ('proposed', 'approved')"),
    )
    op.drop_table("penalty_proposals")
    op.drop_index(
        "uq_off_posts_open",
        table_name="off_posts",
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(op.f("ix_off_posts_accident_id"), table_name="off_posts")
    op.drop_table("off_posts")
    op.drop_index(op.f("ix_loss_items_accident_id"), table_name="loss_items")
    op.drop_table("loss_items")
    op.drop_index(op.f("ix_ledger_journals_employee_id"), table_name="ledger_journals")
    op.drop_index(op.f("ix_ledger_journals_accident_id"), table_name="ledger_journals")
    op.drop_table("ledger_journals")
    op.drop_index(op.f("ix_involved_people_employee_id"), table_name="involved_people")
    op.drop_table("involved_people")
    op.drop_index(op.f("ix_insurance_claims_accident_id"), table_name="insurance_claims")
    op.drop_table("insurance_claims")
    op.drop_table("harm_counts")
    op.drop_table("gate_signatures")
    op.drop_index(op.f("ix_education_records_accident_id"), table_name="education_records")
    op.drop_table("education_records")
    op.drop_table("determinations")
    op.drop_index(op.f("ix_corrective_measures_accident_id"), table_name="corrective_measures")
    op.drop_table("corrective_measures")
    op.drop_index("ix_case_papers_accident_id_kind", table_name="case_papers")
    op.drop_table("case_papers")
    op.drop_index(op.f("ix_analysis_meetings_accident_id"), table_name="analysis_meetings")
    op.drop_table("analysis_meetings")
    op.drop_index(op.f("ix_accident_reports_accident_id"), table_name="accident_reports")
    op.drop_table("accident_reports")
    op.drop_index(
        "ix_accident_clocks_due",
        table_name="accident_clocks",
        sqlite_where=sa.text("met_at IS NULL AND missed_at IS NULL AND stopped_at IS NULL"),
        postgresql_where=sa.text("met_at IS NULL AND missed_at IS NULL AND stopped_at IS NULL"),
    )
    op.drop_table("accident_clocks")
    op.drop_index(op.f("ix_accidents_vehicle_id"), table_name="accidents")
    op.drop_index(op.f("ix_accidents_trip_id"), table_name="accidents")
    op.drop_index("ix_accidents_state_id", table_name="accidents")
    op.drop_index("ix_accidents_occurred_at", table_name="accidents")
    op.drop_index(op.f("ix_accidents_driver_id"), table_name="accidents")
    op.drop_table("accidents")
    op.drop_index("ix_wages_month", table_name="wages")
    op.drop_table("wages")
    op.drop_index("ix_documents_subject", table_name="documents")
    op.drop_index(op.f("ix_documents_employee_id"), table_name="documents")
    op.drop_table("documents")
    op.drop_table("bonus_forfeitures")
    op.drop_table("employees")
    op.drop_index("ix_duty_shifts_starts_at", table_name="duty_shifts")
    op.drop_table("duty_shifts")
    op.drop_table("payroll_runs")
    op.drop_table("payroll_exports")
    op.drop_table("monthly_reports")
    op.drop_table("ledger_seals")
