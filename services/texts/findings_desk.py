"""What accounts, bookings and the desk object to."""

from __future__ import annotations

FINDINGS_DESK: dict[str, tuple[str, str]] = {
    "REFERENCE_UNKNOWN": ("{field}:未找到“{value}”", "{field}: “{value}” is not known"),
    "ROLE_NOT_HELD": ("该用户没有角色 {role}", "The user does not hold the role {role}"),
    "EXPIRY_IN_THE_PAST": ("有效期已过", "The expiry lies in the past"),
    "SHIPPER_ROLE_ONLY": ("托运人用户只能有托运人角色", "A shipper's user may hold no other role"),
    "OWN_ACCOUNT": ("不能停用自己的账号", "You cannot disable your own account"),
    "RULE_UNKNOWN": ("规则中没有 {name}", "The ruleset has no {name}"),
    "RULE_WRONG_TYPE": ("{name} 的类型不对", "{name} has the wrong type"),
    "RULE_OUT_OF_BOUNDS": ("{name} 必须在 {low} 与 {high} 之间", "{name} must lie between {low} and {high}"),
    "RULESET_TOO_SOON": ("最早生效时间为 {earliest}", "The earliest possible effect is {earliest}"),
    "RULESET_BEFORE_LATEST": ("必须晚于已有版本 {latest}", "It must follow the latest version, {latest}"),
    "IDEMPOTENCY_KEY_REUSED": ("幂等键 {key} 已用于其他内容", "The key {key} was used with another body"),
    "REQUEST_STILL_RUNNING": ("同一请求仍在处理", "The same request is still running"),
    "CHANGED_MEANWHILE": ("数据刚被他人更改,请重新读取", "Somebody changed it meanwhile: read it again"),
    "CONSTRAINT_BROKEN": ("数据约束不允许", "A constraint of the database refused this"),
    "RESOURCE_TAKEN": ("{resource} 已被 {held_by} 占用", "{resource} is taken by {held_by}"),
    "SEAL_NUMBER_EXISTS": ("封条号已存在", "The seal number exists already"),
    "CUSTOMER_REF_EXISTS": ("客户单号已存在", "The customer reference exists already"),
    "PLATE_EXISTS": ("车牌已存在", "The plate exists already"),
    "STAFF_NO_EXISTS": ("工号已存在", "The staff number exists already"),
    "ID_NUMBER_EXISTS": ("身份证号已存在", "The ID number exists already"),
    "LOGIN_EXISTS": ("登录名已存在", "The login exists already"),
    "CODE_EXISTS": ("编码已存在", "The code exists already"),
}
