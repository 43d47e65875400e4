"""Texts for positions and the devices that report them: code to (Chinese, English), facts in braces."""

from __future__ import annotations

FINDINGS_DEVICES: dict[str, tuple[str, str]] = {
    "PLATE_UNKNOWN": ("车牌 {plate} 不存在或不归您上报", "{plate} is not known or not yours to report"),
    "DEVICE_UNKNOWN": (
        "终端 {device} 未登记、已停用或不归您上报",
        "Device {device} is not known, shut out or not yours",
    ),
    "DEVICE_NOT_MOUNTED": ("终端 {device} 当时未装在任何车上", "Device {device} rode on no vehicle then"),
    "FIX_IN_THE_FUTURE": ("定位时间超前", "The time of the fix lies in the future"),
    "FIX_TOO_OLD": ("定位时间过早", "The fix is too old"),
    "FIX_AT_ZERO": ("坐标为 0, 0，设备没有定位", "The position is 0, 0: the device had no fix"),
    "FIX_MOCK": (
        "该定位为模拟定位，已保存，不作为车辆位置",
        "The position is feigned: it is kept and counts for nothing",
    ),
    "FIX_JUMP": (
        "与上一位置相距过远，车辆不可能到达；已保存，待下一定位印证",
        "No truck gets there from the last position: it is kept and counts once a second one agrees",
    ),
    "DEVICE_EXISTS": ("终端号已登记", "A device of this name is registered already"),
    "DEVICE_NOT_DIGITS": (
        "808 终端手机号“{device}”应为不超过 {limit} 位的数字（或 a–f）",
        "“{device}” is no number of a JT/T 808 terminal: digits (or a to f), {limit} at most",
    ),
    "DEVICE_TAKES_NO_CODE": (
        "“{kind}”类终端凭用户密钥接入，没有终端口令",
        "A device of the kind {kind} comes in under a user's key and has no code of its own",
    ),
    "DEVICE_GUESSABLE": (
        "终端号“{device}”不足 {least} 位，容易猜到：须设口令或改用更长的终端号",
        "“{device}” has fewer than {least} characters and could be guessed: give it a code or a longer name",
    ),
    "DEVICE_MOUNTED": (
        "终端 {device} 自 {since} 起装在 {vehicle} 上，时间重叠",
        "Device {device} rides on {vehicle} from {since} on, which overlaps",
    ),
    "MOUNT_ENDS_FIRST": (
        "拆下时间 {until} 不晚于安装时间 {since}",
        "It is taken off at {until}, not after it came on at {since}",
    ),
}
