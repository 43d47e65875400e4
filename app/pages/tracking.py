"""The consignee's page behind a link: /t/<token>, as HTML or JSON, and the button that confirms a notice.

The token is the capability: no cookie is read, so a form on a foreign site cannot do anything that its maker
could not do with the link itself.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import TooManyRequests

from app import errors
from app.kit import jsonio
from app.kit.edge import request_id
from app.kit.endpoint import ACCESS, runtime
from app.language import language
from app.limits import limiter
from app.pages.wording import HELPERS
from services.errors import NotFoundError
from services.receiving import public

pages = Blueprint("tracking", __name__)
RATE = "60/minute"
OTHER = {"zh-CN": "en", "en": "zh-CN"}


@pages.get("/t/<token>")
@pages.get("/t/<token>.json", endpoint="show_json")
@limiter.limit(RATE)
def show(token: str) -> Response:
    """Show a consignment to whoever holds its link."""
    with runtime().read(public.LINK) as tx:
        view = public.track(tx, token)
    return jsonio.response(view) if _wants_json() else _page("tracking/show.html", token=token, view=view)


@pages.post("/t/<token>/acknowledgement")
@limiter.limit(RATE)
def acknowledge(token: str) -> Any:
    """Confirm every notice that was sent; a browser is led back to the page."""
    view = runtime().write(public.LINK, lambda tx: public.acknowledge(tx, token))
    if _wants_json():
        return jsonio.response(view)
    asked = request.args.get("lang")
    return redirect(url_for("tracking.show", token=token, lang=asked, _anchor="notices"), 303)


@pages.errorhandler(NotFoundError)
def lost(_: NotFoundError) -> Response:
    """Answer an unknown link and one that has run out alike."""
    return errors.problem(404, "not-found") if _wants_json() else _message("lost", 404)


@pages.errorhandler(TooManyRequests)
def too_often(error: TooManyRequests) -> Response:
    """Ask for patience."""
    return errors.http_problem(error) if _wants_json() else _message("often", 429)


@pages.after_request
def keep_private(answer: Response) -> Response:
    """Keep the page out of caches and search engines."""
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Vary"] = "Accept, Accept-Language"
    return answer


def register(app: Flask) -> None:
    """Register the pages; they are open to everybody, and say so where access is listed."""
    for name in ("show", "show_json", "acknowledge"):
        ACCESS[f"{pages.name}.{name}"] = frozenset()
    app.register_blueprint(pages)


def _wants_json() -> bool:
    if request.path.endswith(".json"):
        return True
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _message(key: str, status: int) -> Response:
    settings = runtime().settings
    company = {"name": settings.company_name, "phone": settings.company_phone}
    return _page("tracking/message.html", status, key=key, company=company)


def _page(template: str, status: int = 200, **facts: Any) -> Response:
    spoken = language()
    asked = {"lang": OTHER[spoken]}
    text = render_template(template, lang=spoken, other=asked, request_id=request_id(), **HELPERS, **facts)
    answer = Response(text, status, content_type="text/html; charset=utf-8")
    answer.content_language.add(spoken)
    return answer
