"""Files by HTTP: what may be stored, who may read it back."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from models.records import StoredFile
from models.vocabulary import Role
from services.files import MAX_BYTES, require_files
from services.transaction import WORKER
from tests.support.world import PHOTO, World

URL = "/api/v1/files"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\xff picture"


@pytest.fixture
def client(lite_world: World) -> FlaskClient:
    return lite_world.client()


def post(client: FlaskClient, world: World, content: bytes = PNG, kind: str = "image/png", **more: Any) -> Any:
    headers = more.pop("headers", None) or world.signed(more.pop("role", Role.DRIVER))
    return client.post(URL, data=content, content_type=kind, headers=headers)


def test_a_file_comes_back_byte_for_byte_and_only_as_a_download(world: World) -> None:
    client = world.client()
    made = post(client, world)
    assert (made.status_code, made.json) == (
        201,
        {"id": hashlib.sha256(PNG).hexdigest(), "media_type": "image/png", "size_bytes": len(PNG)},
    )
    read = client.get(made.headers["Location"], headers=world.signed(Role.DRIVER))
    assert (read.status_code, read.data, read.content_type) == (200, PNG, "image/png")
    assert read.headers["X-Content-Type-Options"] == "nosniff"
    assert read.headers["Content-Disposition"] == f'attachment; filename="{made.json["id"][:16]}.png"'


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("image/jpeg", b"\xff\xd8\xff\xe0 jfif"),
        ("image/webp", b"RIFF\x10\x00\x00\x00WEBPVP8 "),
        ("application/pdf", b"%PDF-1.7\n"),
    ],
)
def test_each_kind_is_known_by_its_beginning(lite_world: World, client: FlaskClient, kind: str, content: bytes) -> None:
    assert post(client, lite_world, content, kind).status_code == 201
    assert post(client, lite_world, PNG, kind).status_code == 422


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"RIFF\x10\x00\x00\x00WAVEfmt "])
def test_content_of_another_kind_is_invalid(lite_world: World, client: FlaskClient, content: bytes) -> None:
    for kind in ("image/png", "image/webp"):
        answer = post(client, lite_world, content, kind)
        assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
        assert answer.json["errors"][0]["code"] == "content-differs"


@pytest.mark.parametrize("kind", ["image/svg+xml", "text/html", "application/json", ""])
def test_other_media_types_are_not_accepted(lite_world: World, client: FlaskClient, kind: str) -> None:
    answer = post(client, lite_world, PNG, kind)
    assert (answer.status_code, answer.json["type"]) == (415, "/problems/http-415")


def test_five_mebibytes_are_accepted_and_one_byte_more_is_not(lite_world: World, client: FlaskClient) -> None:
    most = PNG.ljust(MAX_BYTES, b"\x00")
    assert post(client, lite_world, most).status_code == 201
    answer = post(client, lite_world, most + b"\x00")
    assert (answer.status_code, answer.json["type"]) == (413, "/problems/http-413")


def test_the_same_content_of_the_same_owner_is_stored_once(lite_world: World, client: FlaskClient) -> None:
    ids = {post(client, lite_world, role=role).json["id"] for role in (Role.DRIVER, Role.DRIVER, Role.SHIPPER)}
    assert len(ids) == 1
    with lite_world.runtime.read(WORKER) as tx:
        kept = tx.session.scalar(select(func.count()).where(StoredFile.public_id == ids.pop()))
    assert kept == 2


def test_staff_read_every_file_and_others_only_what_they_stored(lite_world: World, client: FlaskClient) -> None:
    path = post(client, lite_world).headers["Location"]
    assert client.get(path, headers=lite_world.signed(Role.GATE)).status_code == 200
    foreign = client.get(path, headers=lite_world.signed(Role.SHIPPER))
    absent = client.get(f"{URL}/{'0' * 64}", headers=lite_world.signed(Role.SHIPPER))
    assert (foreign.status_code, absent.status_code) == (404, 404)
    post(client, lite_world, role=Role.SHIPPER)
    assert client.get(path, headers=lite_world.signed(Role.SHIPPER)).data == PNG


def test_a_file_needs_a_sign_in(lite_world: World, client: FlaskClient) -> None:
    assert client.post(URL, data=PNG, content_type="image/png").status_code == 401
    assert client.get(f"{URL}/{PHOTO}").status_code == 401


def test_the_same_key_gives_the_same_answer(lite_world: World, client: FlaskClient) -> None:
    headers = lite_world.signed(Role.DRIVER, **{"Idempotency-Key": "f-1"})
    first, again = (post(client, lite_world, headers=headers) for _ in range(2))
    assert first.data == again.data
    assert again.headers["Idempotent-Replayed"] == "true"
    assert post(client, lite_world, PNG + b"!", headers=headers).status_code == 422


def test_unknown_files_are_named_once_each(world: World) -> None:
    with world.runtime.read(WORKER) as tx:
        assert require_files(tx, [PHOTO], "photo") == []
        findings = require_files(tx, ["nothing", PHOTO, "nothing"], "photos")
    assert [(finding.code, dict(finding.facts)) for finding in findings] == [
        ("FILE_UNKNOWN", {"field": "photos", "file": "nothing"})
    ]


def test_the_specification_says_what_a_file_may_be(lite_world: World, client: FlaskClient) -> None:
    path = client.get("/api/v1/openapi.json").json["paths"][URL]["post"]
    assert sorted(path["requestBody"]["content"]) == ["application/pdf", "image/jpeg", "image/png", "image/webp"]
