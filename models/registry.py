"""Every table module, imported once so that migrations and tests see the whole metadata."""

from models import (  # noqa: F401
    accidents,
    accounts,
    consignments,
    deliveries,
    documents,
    drivers,
    experience,
    fleet,
    imports,
    loading,
    notices,
    parties,
    payroll,
    penalties,
    people,
    records,
    responsibility,
    roads,
    telematics,
    tracking,
    trips,
)
from models.base import Base

metadata = Base.metadata
