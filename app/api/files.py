"""Photos, signatures and papers: the body of the request is the file."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response, request
from werkzeug.exceptions import UnsupportedMediaType

from app.kit.blueprint import Resource
from app.kit.endpoint import Made, Shape, endpoint
from app.kit.problems import InvalidInputError
from app.openapi import API_PREFIX
from app.schemas.desk import FileOut
from models.vocabulary import Role
from services import files
from services.transaction import Tx

blp = Resource("files", "Files: photos, signatures, papers (照片、签名、单据)")
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}
BINARY = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ENDINGS}
ANYONE = tuple(Role)


@blp.before_request  # type: ignore[untyped-decorator] # flask-smorest ships no types
def read_body() -> None:
    """Read the file before the unit of work begins, so a slow sender never holds the write lock; 413 over 5 MiB."""
    request.max_content_length = files.MAX_BYTES
    request.get_data()


@endpoint(blp, "POST", "/files", Shape(roles=ANYONE, answer=FileOut, status=201, creates=True))
@blp.doc(requestBody={"required": True, "description": "The file itself, at most 5 MiB", "content": BINARY})  # type: ignore[untyped-decorator] # as above
def store(tx: Tx) -> Made:
    """Store a file; the same content again has the same id."""
    if request.mimetype not in ENDINGS:
        raise UnsupportedMediaType
    content = request.get_data()
    if not files.begins_as(request.mimetype, content):
        message = f"The body is not {request.mimetype}."
        raise InvalidInputError([{"pointer": "", "code": "content-differs", "message": message}])
    card = files.store(tx, request.mimetype, content)
    return Made(asdict(card), location=f"{API_PREFIX}/files/{card.id}")


@endpoint(blp, "GET", "/files/<file_id>", Shape(roles=ANYONE, writes=False))
@blp.doc(responses={200: {"description": "The file itself", "content": BINARY}})  # type: ignore[untyped-decorator] # as above
def read(tx: Tx, file_id: str) -> Any:
    """Read a file: staff any, others what they stored themselves."""
    card, content = files.read(tx, file_id)
    answer = Response(content, content_type=card.media_type)
    name = f"{card.id[:16]}.{ENDINGS.get(card.media_type, 'bin')}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer
