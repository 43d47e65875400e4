"""What the database alone refuses about money, tried with raw SQL on both databases (P8).

Every attempt is made twice: refused with the guard's word, and, as the broken twin, with that guard dropped, where the
same statements must go through: a test that could not fail would prove nothing.
"""

from __future__ import annotations

import pytest

from services.database import NAMED_GUARDS
from services.runtime import Runtime
from services.texts.catalogue import FINDINGS
from tests.support.deduction_attempts import ONCE, TAKEN
from tests.support.ledger_attempts import POSTED, Case, attempted, refused, robbed


@pytest.mark.parametrize("case", [*POSTED, *TAKEN], ids=lambda case: case.name)
def test_the_database_refuses_it_and_without_the_guard_it_would_happen(runtime: Runtime, case: Case) -> None:
    engine = runtime.database.engine
    refused(engine, case)
    attempted(engine, case, *robbed(engine, case))


@pytest.mark.parametrize("case", ONCE, ids=lambda case: case.name)
def test_what_happens_once_happens_once(runtime: Runtime, case: Case) -> None:
    engine = runtime.database.engine
    refused(engine, case)
    if engine.dialect.name == "postgresql":
        attempted(engine, case, *case.postgres)


def test_every_refusal_of_the_database_has_a_sentence() -> None:
    words = {case.word for case in (*POSTED, *TAKEN, *ONCE)}
    assert words <= NAMED_GUARDS.keys()
    assert {NAMED_GUARDS[word] for word in words} <= FINDINGS.keys()
