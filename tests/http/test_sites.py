"""Sites, geofences and road distances by HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from models.vocabulary import Role
from services.geo import wgs84_to_gcj02
from tests.support.world import World

URL = "/api/v1/sites"
SQUARE = [[118.7, 36.8], [118.8, 36.8], [118.8, 36.9], [118.7, 36.9], [118.7, 36.8]]


def a_site(**changes: Any) -> dict[str, Any]:
    body = {
        "kind": "consignee", "name": "新发地三号库", "party": "CN-1", "address": "北京市丰台区",
        "region_code": "110106", "lat": 39.8, "lon": 116.34, "radius_m": 250,
    }  # fmt: skip
    return {name: value for name, value in {**body, **changes}.items() if value is not None}


def post(world: World, role: Role = Role.DISPATCHER, **changes: Any) -> Any:
    return world.client().post(URL, json=a_site(**changes), headers=world.signed(role))


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 409, answer.json
    return [finding["code"] for finding in answer.json["findings"]]


def pointers(answer: Any) -> list[str]:
    assert answer.status_code == 422, answer.json
    return sorted(error["pointer"] for error in answer.json["errors"])


def test_a_site_comes_back_as_it_was_kept(world: World) -> None:
    made = post(world)
    assert (made.status_code, made.headers["Location"]) == (201, f"{URL}/ST-0001")
    kept = world.client().get(f"{URL}/ST-0001", headers=world.signed(Role.GATE))
    assert kept.json == made.json
    assert (kept.json["lat"], kept.json["lon"], kept.json["radius_m"]) == (39.8, 116.34, 250)
    assert kept.json["party"] == {"code": "CN-1", "name": "收货1"}
    assert kept.headers["ETag"] == '"v1"'


def test_a_point_of_chinese_maps_is_kept_as_wgs84(lite_world: World) -> None:
    lat, lon = wgs84_to_gcj02(36.86, 118.74)
    made = post(lite_world, lat=lat, lon=lon, coord_system="gcj02").json
    assert made["lat"] == pytest.approx(36.86, abs=2e-6)
    assert made["lon"] == pytest.approx(118.74, abs=2e-6)


def test_a_polygon_of_chinese_maps_is_shifted_with_its_point(lite_world: World) -> None:
    shifted = [list(reversed(wgs84_to_gcj02(lat, lon))) for lon, lat in SQUARE]
    made = post(lite_world, coord_system="gcj02", polygon=shifted, radius_m=None).json
    assert [pytest.approx(point, abs=2e-6) for point in made["polygon"]] == SQUARE
    assert made["polygon"][0] == made["polygon"][-1]


@pytest.mark.parametrize(
    "polygon",
    [
        SQUARE[:-1],
        [[118.7, 36.8], [118.8, 36.9], [118.8, 36.8], [118.7, 36.9], [118.7, 36.8]],
        [[118.7, 36.8], [118.8, 36.8], [118.7, 36.8], [118.7, 36.8]],
        [[118.7, 136.8], [118.8, 36.8], [118.8, 36.9], [118.7, 136.8]],
    ],
)
def test_an_open_crossed_flat_or_misplaced_fence_is_refused(lite_world: World, polygon: list[Any]) -> None:
    assert codes(post(lite_world, polygon=polygon, radius_m=None)) == ["GEOFENCE_INVALID"]


def test_a_closed_polygon_is_kept(lite_world: World) -> None:
    made = post(lite_world, polygon=SQUARE, radius_m=None)
    assert (made.status_code, made.json["polygon"], made.json["radius_m"]) == (201, SQUARE, None)


def test_a_site_has_one_fence_exactly(lite_world: World) -> None:
    assert pointers(post(lite_world, radius_m=None)) == ["/polygon"]
    assert pointers(post(lite_world, polygon=SQUARE)) == ["/polygon"]


@pytest.mark.parametrize("region", ["990101", "160000", "11010", "1101060", "11010a"])
def test_a_region_lies_in_a_province(lite_world: World, region: str) -> None:
    assert set(pointers(post(lite_world, region_code=region))) == {"/region_code"}


def test_null_island_is_no_position(lite_world: World) -> None:
    assert codes(post(lite_world, lat=0, lon=0)) == ["POINT_INVALID"]


def test_only_hubs_and_yards_are_the_carriers_own(lite_world: World) -> None:
    assert codes(post(lite_world, party=None)) == ["SITE_PARTY_DOES_NOT_FIT"]
    assert codes(post(lite_world, kind="hub")) == ["SITE_PARTY_DOES_NOT_FIT"]
    assert post(lite_world, kind="yard", party=None).status_code == 201
    assert codes(post(lite_world, party="CN-99")) == ["REFERENCE_UNKNOWN"]


def test_a_shipper_makes_sites_for_himself_and_his_consignees_only(lite_world: World) -> None:
    assert post(lite_world, Role.SHIPPER).status_code == 201
    assert post(lite_world, Role.SHIPPER, party="SH-1", kind="shipper").status_code == 201
    assert codes(post(lite_world, Role.SHIPPER, party="CN-3")) == ["REFERENCE_UNKNOWN"]
    assert post(lite_world, Role.SHIPPER, party=None, kind="hub").status_code == 403


def test_a_shipper_sees_the_carriers_hub_and_cannot_change_it(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.SHIPPER)
    hub = client.get(f"{URL}/JN-H", headers=headers)
    tagged = {**headers, "If-Match": hub.headers["ETag"]}
    assert client.patch(f"{URL}/JN-H", json={"name": "x"}, headers=tagged).status_code == 403
    for code in ("BJ-F", "XX-9"):
        assert client.get(f"{URL}/{code}", headers=headers).status_code == 404
        assert client.patch(f"{URL}/{code}", json={"name": "x"}, headers=tagged).status_code == 404


def test_a_driver_has_no_part_in_sites_and_the_gate_only_reads(lite_world: World) -> None:
    assert lite_world.client().get(URL, headers=lite_world.signed(Role.DRIVER)).status_code == 403
    assert post(lite_world, Role.GATE).status_code == 403


def test_a_change_needs_the_version_that_was_read_and_a_new_fence_replaces_the_old(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.DISPATCHER)
    tag = {"If-Match": client.get(f"{URL}/BJ-B", headers=headers).headers["ETag"]}
    body = {"polygon": SQUARE, "lat": 36.85, "lon": 118.75}
    assert client.patch(f"{URL}/BJ-B", json=body, headers=headers).status_code == 428
    changed = client.patch(f"{URL}/BJ-B", json=body, headers={**headers, **tag})
    assert (changed.status_code, changed.json["radius_m"], changed.json["polygon"]) == (200, None, SQUARE)
    assert client.patch(f"{URL}/BJ-B", json=body, headers={**headers, **tag}).status_code == 412
    tag = {"If-Match": changed.headers["ETag"]}
    back = client.patch(f"{URL}/BJ-B", json={"radius_m": 100}, headers={**headers, **tag}).json
    assert (back["radius_m"], back["polygon"], back["lat"]) == (100, None, 36.85)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"lat": 36.8}, "/lat"),
        ({"radius_m": 50, "polygon": SQUARE}, "/polygon"),
        ({"coord_system": "gcj02"}, "/coord_system"),
    ],
)
def test_a_half_told_place_is_a_fault_of_the_body(lite_world: World, body: dict[str, Any], pointer: str) -> None:
    headers = lite_world.signed(Role.DISPATCHER, **{"If-Match": '"v1"'})
    assert pointers(lite_world.client().patch(f"{URL}/BJ-B", json=body, headers=headers)) == [pointer]


def test_a_site_cannot_be_given_to_a_foreign_party(lite_world: World) -> None:
    headers = lite_world.signed(Role.SHIPPER, **{"If-Match": '"v1"'})
    answer = lite_world.client().patch(f"{URL}/BJ-B", json={"party": "CN-3"}, headers=headers)
    assert codes(answer) == ["REFERENCE_UNKNOWN"]


def test_pages_follow_the_cursor_and_filters(lite_world: World) -> None:
    client, headers = lite_world.client(), lite_world.signed(Role.DISPATCHER)
    seen, cursor = [], ""
    while cursor is not None:
        page = client.get(f"{URL}?limit=3{cursor and '&cursor=' + cursor}", headers=headers).json
        seen += [site["code"] for site in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ["SG-Y", "JN-H", "BJ-F", "SG-E", "TJ-D", "BJ-B", "SG-C", "SG-A"]
    filtered = client.get(f"{URL}?kind=consignee&party=CN-2&region_code=370783", headers=headers).json["items"]
    assert [site["code"] for site in filtered] == ["SG-E"]


def test_a_road_distance_is_kept_once_per_direction(world: World) -> None:
    client, headers = world.client(), world.signed(Role.DISPATCHER)
    body = {"from_region": "370783", "to_region": "110115", "distance_km": 480.5}
    for distance in (470, 480.5):
        answer = client.put("/api/v1/road-distances", json={**body, "distance_km": distance}, headers=headers)
        assert (answer.status_code, answer.json["distance_km"]) == (200, distance)
    assert client.get("/api/v1/road-distances", headers=headers).json["items"] == [body]


def test_road_distances_are_for_planners(lite_world: World) -> None:
    client = lite_world.client()
    for role in (Role.SHIPPER, Role.GATE):
        assert client.get("/api/v1/road-distances", headers=lite_world.signed(role)).status_code == 403
    body = {"from_region": "990783", "to_region": "110115", "distance_km": 0}
    answer = client.put("/api/v1/road-distances", json=body, headers=lite_world.signed(Role.ADMIN))
    assert pointers(answer) == ["/distance_km", "/from_region"]
