"""What every table shares: naming of constraints, aware time, integer money, enums and JSON."""

from __future__ import annotations

import enum
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Enum, Integer, MetaData, String
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class InstantText(sqlite.DATETIME):
    """An instant on SQLite, which forgets the zone: a UTC text without one, read back as aware UTC."""

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:  # noqa: ARG002
        """Give what writes an instant that is in UTC already."""

        def written(value: datetime | None) -> str | None:
            return None if value is None else value.isoformat(" ", "microseconds")[:26]

        return written

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], datetime | None]:  # noqa: ARG002
        """Give what reads it; naming the zone in the text is several times faster than adding it afterwards."""

        def read(value: str | None) -> datetime | None:
            return None if value is None else datetime.fromisoformat(f"{value}+00:00")

        return read


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored as UTC; a naive time is refused before it reaches the database.

    PostgreSQL gives it back in the zone of the connection, which services/database.py sets to UTC.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Give the type of this database."""
        if dialect.name == "sqlite":
            return InstantText()  # type: ignore[no-untyped-call] # its parent's constructor is not typed
        return DateTime(timezone=True)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn an aware time into UTC; raise ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)


BIG = BigInteger().with_variant(Integer(), "sqlite")
DOCUMENT = JSON().with_variant(JSONB(), "postgresql")
OPTIONAL_DOCUMENT = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

Key = Annotated[int, mapped_column(BIG, primary_key=True)]
Fen = Annotated[int, mapped_column(BIG)]


def words(kind: type[enum.Enum]) -> list[str]:
    """Store a member by its value, which is what the API carries as well."""
    return [str(member.value) for member in kind]


class Base(DeclarativeBase):
    """The declarative base; enums load as enums, never as bare strings."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        enum.Enum: Enum(enum.Enum, native_enum=False, create_constraint=False, length=32, values_callable=words),
        datetime: Instant(),
        int: BIG,
        dict[str, Any]: DOCUMENT,
        list[str]: DOCUMENT,
        list[Any]: DOCUMENT,
        str: String(200),
    }
