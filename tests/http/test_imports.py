"""Uploading a file, following it, and getting it back by HTTP."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.vocabulary import Role
from services.imports.reading import MAX_BYTES
from services.imports.writing import XLSX
from tests.support.sheets import a_csv, a_row, an_xlsx, cells, finished
from tests.support.world import World

PATH = "/api/v1/imports"


def sent(world: World, content: bytes, query: str = "", role: Role = Role.SHIPPER, **headers: str) -> TestResponse:
    return world.client().post(f"{PATH}?{query}", data=content, headers=world.signed(role, **headers))


def read(world: World, path: str, role: Role = Role.SHIPPER, **headers: str) -> TestResponse:
    client: FlaskClient = world.client()
    return client.get(f"{PATH}{path}", headers=world.signed(role, **headers))


def test_an_upload_is_accepted_followed_and_given_back(lite_world: World) -> None:
    content = an_xlsx(*cells(a_row(), a_row(客户单号="PO-2", 类别="玻璃")))
    taken = sent(lite_world, content, "file_name=三月.xlsx&dry_run=false", **{"Content-Type": XLSX})
    assert (taken.status_code, taken.json["state"], taken.json["rows_done"]) == (202, "queued", 0)
    assert taken.headers["Location"] == f"{PATH}/{taken.json['id']}"
    finished(lite_world, taken.json["id"])
    view = read(lite_world, f"/{taken.json['id']}").json
    assert (view["state"], view["rows_done"], view["rows_total"], view["problem"]) == ("done", 2, 2, None)
    assert view["counts"] == {"booked": 1, "updated": 0, "unchanged": 0, "refused": 1}
    rows = read(lite_world, f"/{taken.json['id']}/rows?result=refused", **{"Accept-Language": "en"}).json["items"]
    assert [(row["row_no"], row["result"], row["consignment"]) for row in rows] == [(3, "refused", None)]
    reason = rows[0]["reasons"][0]
    assert (reason["code"], reason["column"], reason["value"]) == ("CELL_UNKNOWN_WORD", "类别", "玻璃")
    assert reason["message"] == "类别: “玻璃” is not one of the choices"
    assert "general" in reason["suggestion"]
    result = read(lite_world, f"/{taken.json['id']}/result")
    assert (result.status_code, result.mimetype, result.data[:2]) == (200, XLSX, b"PK")
    assert "%E7%BB%93%E6%9E%9C.xlsx" in result.headers["Content-Disposition"]


def test_rows_and_imports_come_in_pages(lite_world: World) -> None:
    ids = [sent(lite_world, a_csv(*[a_row(客户单号=f"{n}-{m}") for m in range(3)])).json["id"] for n in range(3)]
    for public_id in ids:
        finished(lite_world, public_id)
    first = read(lite_world, "?limit=2").json
    rest = read(lite_world, f"?limit=2&cursor={first['next_cursor']}").json
    assert [item["id"] for item in first["items"] + rest["items"]] == ids[::-1]
    assert (rest["next_cursor"], rest["items"][0]["counts"]["booked"]) == (None, 3)
    rows = read(lite_world, f"/{ids[0]}/rows?limit=2").json
    more = read(lite_world, f"/{ids[0]}/rows?limit=2&cursor={rows['next_cursor']}").json
    assert [row["row_no"] for row in rows["items"] + more["items"]] == [2, 3, 4]
    assert more["next_cursor"] is None


def test_a_dispatcher_names_the_shipper_and_a_dry_run_books_nothing(lite_world: World) -> None:
    taken = sent(lite_world, a_csv(a_row()), "shipper=SH-1&dry_run=1", Role.DISPATCHER)
    assert (taken.status_code, taken.json["shipper"], taken.json["dry_run"]) == (202, "SH-1", True)
    assert finished(lite_world, taken.json["id"])["counts"]["booked"] == 1
    assert read(lite_world, f"/{taken.json['id']}").status_code == 200
    listed = lite_world.client().get("/api/v1/consignments", headers=lite_world.signed(Role.SHIPPER)).json
    assert listed["items"] == []
    nameless = sent(lite_world, a_csv(a_row()), "", Role.DISPATCHER)
    assert (nameless.status_code, nameless.json["findings"][0]["code"]) == (409, "REFERENCE_UNKNOWN")


def test_a_rejected_file_says_why_in_the_callers_language(lite_world: World) -> None:
    public_id = sent(lite_world, b"\xff\xfe rubbish").json["id"]
    finished(lite_world, public_id)
    view = read(lite_world, f"/{public_id}?lang=en").json
    assert (view["state"], view["problem"]["code"]) == ("rejected", "IMPORT_ENCODING_UNKNOWN")
    assert view["problem"]["message"].startswith("The text is neither UTF-8 nor GB18030")
    assert read(lite_world, f"/{public_id}").json["problem"]["message"].startswith("文字编码")
    assert read(lite_world, f"/{public_id}/result").status_code == 409


@pytest.mark.parametrize(("size", "status"), [(MAX_BYTES, 202), (MAX_BYTES + 1, 413)])
def test_ten_megabytes_are_taken_and_one_byte_more_is_not(lite_world: World, size: int, status: int) -> None:
    answer = sent(lite_world, b"x" * size)
    assert answer.status_code == status
    if status == 413:
        assert answer.mimetype == "application/problem+json"


def test_the_same_key_takes_a_file_in_once(lite_world: World) -> None:
    first, again = (sent(lite_world, a_csv(a_row()), **{"Idempotency-Key": "k-1"}) for _ in range(2))
    assert (again.status_code, again.data, again.headers["Idempotent-Replayed"]) == (202, first.data, "true")
    assert len(read(lite_world, "").json["items"]) == 1


def test_a_foreign_and_an_absent_import_answer_alike(lite_world: World) -> None:
    public_id = sent(lite_world, a_csv(a_row())).json["id"]
    headers = {"Authorization": f"Bearer {lite_world.other_key}"}
    for end in ("", "/rows", "/result"):
        seen, absent = (lite_world.client().get(f"{PATH}/{one}{end}", headers=headers) for one in (public_id, "imp_0"))
        assert (seen.status_code, absent.status_code) == (404, 404)
    assert lite_world.client().get(PATH, headers=headers).json["items"] == []


def test_only_those_who_book_may_import(lite_world: World) -> None:
    assert lite_world.client().post(PATH, data=a_csv(a_row())).status_code == 401
    for role in set(Role) - {Role.SHIPPER, Role.DISPATCHER}:
        assert sent(lite_world, a_csv(a_row()), role=role).status_code == 403
        assert read(lite_world, "", role).status_code == 403


@pytest.mark.parametrize("query", ["dry_run=perhaps", "file_name=a/b.csv", "shipper=sh", "colour=red"])
def test_a_query_that_is_not_understood_is_invalid(lite_world: World, query: str) -> None:
    answer = sent(lite_world, a_csv(a_row()), query)
    assert (answer.status_code, len(answer.json["errors"])) == (422, 1)


def test_a_form_with_the_file_in_it_is_refused_with_what_to_do(lite_world: World) -> None:
    answer = sent(lite_world, b"--x--", **{"Content-Type": "multipart/form-data; boundary=x"})
    assert (answer.status_code, answer.json["errors"][0]["message"]) == (422, "Send the file itself as the body.")


def test_the_template_comes_in_both_languages(lite_world: World) -> None:
    chinese, english = read(lite_world, "/template.xlsx"), read(lite_world, "/template.xlsx?lang=en")
    assert chinese.mimetype == english.mimetype == XLSX
    assert "orders-template.xlsx" in english.headers["Content-Disposition"]
    assert chinese.data != english.data


def test_the_specification_names_the_body_and_the_files(lite_world: World) -> None:
    paths = lite_world.client().get("/api/v1/openapi.json").json["paths"]
    post = paths["/api/v1/imports"]["post"]
    assert set(post["requestBody"]["content"]) == {XLSX, "text/csv", "application/octet-stream"}
    assert "202" in post["responses"]
    assert XLSX in paths["/api/v1/imports/template.xlsx"]["get"]["responses"]["200"]["content"]
    assert set(paths["/api/v1/imports/{import_id}/result"]["get"]["responses"]["200"]["content"]) == {XLSX, "text/csv"}
