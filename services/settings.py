"""All settings, read once from the environment into one frozen dataclass (table in docs/settings.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from services.errors import SetupError

DEVELOPMENT_KEY = "development-only-key-not-for-production-use"
ROUTERS = ("", "osrm", "valhalla")


@dataclass(frozen=True, slots=True)
class Settings:
    """One installation's settings; every field is one environment variable named in ``VARIABLES``."""

    database_url: str = "sqlite:///instance/lading.db"
    redis_url: str = ""
    secret_key: str = DEVELOPMENT_KEY
    base_url: str = "http://127.0.0.1:8080"
    company_name: str = "寿光运安物流(示例)"
    company_phone: str = "0536-5550100"
    environment: str = "development"
    host: str = "127.0.0.1"
    port: int = 8080
    jt808_host: str = "127.0.0.1"
    jt808_port: int = 0
    jt808_connections: int = 2000
    jt808_per_address: int = 200
    instance_dir: str = "instance"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_starttls: bool = True
    mail_from: str = "notice@lading.invalid"
    templates_dir: str = ""
    outbound_allow: str = ""
    outbound_timeout_s: int = 10
    router: str = ""
    router_url: str = ""
    max_body_bytes: int = 11_000_000
    web_threads: int = 8
    log_level: str = "INFO"
    sqlite_synchronous: str = "FULL"

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings; raise SetupError with one sentence for a value that cannot be used."""
        values = {name: _parse(name, kind, environ[name]) for name, kind in _kinds(cls, environ)}
        given: dict[str, Any] = {FIELDS[name]: value for name, value in values.items()}
        settings = cls(**given)
        settings.check()
        return settings

    def check(self) -> None:
        """Refuse what would be unsafe or could not work, in one sentence each."""
        if self.environment not in {"development", "production", "test"}:
            raise SetupError("LADING_ENV must be development, production or test.")
        if self.environment == "production" and (self.secret_key == DEVELOPMENT_KEY or len(self.secret_key) < 32):
            raise SetupError("Set LADING_SECRET_KEY to at least 32 random characters before starting in production.")
        if not self.database_url.startswith(("sqlite:///", "postgresql")):
            raise SetupError("LADING_DATABASE_URL must begin with sqlite:/// or postgresql://.")
        if self.templates_dir and not Path(self.templates_dir).is_dir():
            raise SetupError("LADING_TEMPLATES_DIR must name a folder that is there, or stay empty.")
        if self.sqlite_synchronous not in {"FULL", "NORMAL", "OFF"}:
            raise SetupError("LADING_SQLITE_SYNCHRONOUS must be FULL, NORMAL or OFF.")
        self._check_router()

    def _check_router(self) -> None:
        if self.router not in ROUTERS:
            raise SetupError("LADING_ROUTER must be osrm or valhalla, or stay empty.")
        if bool(self.router) != bool(self.router_url):
            raise SetupError("LADING_ROUTER and LADING_ROUTER_URL go together: set both, or neither.")
        if self.router_url and not _is_plain_address(self.router_url):
            raise SetupError(
                "LADING_ROUTER_URL must be http:// or https:// with a host and at most a port and a path,"
                " such as http://127.0.0.1:5000."
            )

    @property
    def on_sqlite(self) -> bool:
        """Tell whether the embedded database is used."""
        return self.database_url.startswith("sqlite")


VARIABLES: dict[str, tuple[str, str]] = {
    "database_url": ("LADING_DATABASE_URL", "sqlite:///PATH or postgresql://USER@HOST/NAME"),
    "redis_url": ("REDIS_URL", "broker; empty: the embedded one is started"),
    "secret_key": ("LADING_SECRET_KEY", "signs links and webhooks; at least 32 characters in production"),
    "base_url": ("LADING_BASE_URL", "the address written into links"),
    "company_name": ("LADING_COMPANY_NAME", "the carrier's name in notices"),
    "company_phone": ("LADING_COMPANY_PHONE", "the desk's number in notices"),
    "environment": ("LADING_ENV", "development, production or test"),
    "host": ("LADING_HOST", "address to listen on"),
    "port": ("LADING_PORT", "port to listen on"),
    "jt808_host": ("LADING_JT808_HOST", "address to listen on for JT/T 808 terminals"),
    "jt808_port": ("LADING_JT808_PORT", "port for JT/T 808 terminals; 0: none, `make run` takes 8808"),
    "jt808_connections": ("LADING_JT808_CONNECTIONS", "most connections of terminals at a time"),
    "jt808_per_address": ("LADING_JT808_PER_ADDRESS", "most connections of terminals from one address"),
    "instance_dir": ("LADING_INSTANCE_DIR", "folder of the embedded database, broker and logs"),
    "smtp_host": ("LADING_SMTP_HOST", "mail server; empty: e-mail channels fail over to the next"),
    "smtp_port": ("LADING_SMTP_PORT", "mail server's port"),
    "smtp_user": ("LADING_SMTP_USER", "mail account"),
    "smtp_password": ("LADING_SMTP_PASSWORD", "mail password"),
    "smtp_starttls": ("LADING_SMTP_STARTTLS", "1 or 0"),
    "mail_from": ("LADING_MAIL_FROM", "sender of notices"),
    "templates_dir": ("LADING_TEMPLATES_DIR", "folder of own paper templates; a file there wins over ours of its name"),
    "outbound_allow": ("LADING_OUTBOUND_ALLOW", "private networks webhooks may reach, e.g. 10.1.0.0/16"),
    "outbound_timeout_s": ("LADING_OUTBOUND_TIMEOUT_S", "seconds for one outbound call"),
    "router": ("LADING_ROUTER", "osrm or valhalla; empty: ways are reckoned without a router"),
    "router_url": ("LADING_ROUTER_URL", "the router's address, e.g. http://127.0.0.1:5000; may be an internal one"),
    "max_body_bytes": ("LADING_MAX_BODY_BYTES", "largest request body"),
    "web_threads": ("LADING_WEB_THREADS", "threads of the web process"),
    "log_level": ("LADING_LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR"),
    "sqlite_synchronous": ("LADING_SQLITE_SYNCHRONOUS", "FULL survives power loss; OFF is for throw-away data"),
}
FIELDS = {variable: name for name, (variable, _) in VARIABLES.items()}


def _is_plain_address(url: str) -> bool:
    """Tell whether a path can be put behind this address: no user, no query, no fragment."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.query or parts.fragment or parts.username or parts.password or any(map(str.isspace, url)))
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0 and plain


def _kinds(cls: type[Settings], environ: Mapping[str, str]) -> list[tuple[str, str]]:
    kinds: dict[str, Any] = {field.name: field.type for field in fields(cls)}
    return [(variable, str(kinds[name])) for variable, name in FIELDS.items() if environ.get(variable)]


def _parse(variable: str, kind: str, text: str) -> str | int | bool:
    if kind == "bool":
        if text not in {"0", "1"}:
            raise SetupError(f"{variable} must be 1 or 0, not {text!r}.")
        return text == "1"
    if kind == "int":
        if not text.isdecimal():
            raise SetupError(f"{variable} must be a whole number, not {text!r}.")
        return int(text)
    return text
