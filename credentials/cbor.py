"""The part of CBOR that a slip needs, in its one deterministic spelling (RFC 8949 §4.2.1).

Whole numbers, byte strings, text strings, arrays, and maps with whole numbers as keys in rising order of their bytes.
Lengths are definite and every head is the shortest; nothing may follow. Whatever is spelled otherwise is refused.
"""

from typing import TypeAlias

Value: TypeAlias = int | bytes | str | list["Value"] | dict[int, "Value"]

_DEEPEST = 4


def encode(value: Value) -> bytes:
    """Spell a value. Whole numbers have up to 64 bits."""
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    if isinstance(value, str):
        data = value.encode()
        return _head(3, len(data)) + data
    if isinstance(value, list):
        return _head(4, len(value)) + b"".join(map(encode, value))
    members = sorted((encode(key), encode(member)) for key, member in value.items())
    return _head(5, len(members)) + b"".join(key + member for key, member in members)


def decode(data: bytes) -> Value:
    """Read a value; ValueError unless `encode` spells it in exactly these bytes."""
    try:
        value, end = _read(data, 0, 0)
    except (IndexError, UnicodeDecodeError):
        raise ValueError("CBOR that ends early or is malformed") from None
    if end != len(data):
        raise ValueError("CBOR that ends early, or is followed by something")
    return value


# The heads of numbers and lengths below 256, which are nearly all there are in a slip.
_HEADS = [
    [bytes([major << 5 | number]) if number < 24 else bytes([major << 5 | 24, number]) for number in range(256)]
    for major in range(6)
]


def _head(major: int, number: int) -> bytes:
    if number < 256:
        return _HEADS[major][number]
    for more, size in ((25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * size:
            return bytes([major << 5 | more]) + number.to_bytes(size, "big")
    raise ValueError("a number of more than 64 bits")


# The least number that needs one byte after its head, two, four or eight.
_LEAST = (24, 1 << 8, 1 << 16, 1 << 32)


def _read(data: bytes, at: int, depth: int) -> tuple[Value, int]:
    """Read the value that begins at a byte; answer it and where it ends, which may be behind the end of the data."""
    major, number = data[at] >> 5, data[at] & 31
    at += 1
    if number >= 24:
        if number > 27 or depth > _DEEPEST:
            raise ValueError("CBOR that is not deterministic, or too deep")
        least, size = _LEAST[number - 24], 1 << number - 24
        number, at = int.from_bytes(data[at : at + size], "big"), at + size
        if number < least:
            raise ValueError("CBOR with a head that is not the shortest")
    if major < 2:
        return (number if major == 0 else -1 - number), at
    if major > 5 or number > len(data) - at or depth > _DEEPEST:
        raise ValueError("CBOR of another kind, longer than what there is, or too deep")
    if major < 4:
        piece = data[at : at + number]
        return (piece if major == 2 else piece.decode()), at + number
    if major == 5:
        return _read_map(data, at, depth, number)
    items: list[Value] = []
    for _ in range(number):
        item, at = _read(data, at, depth + 1)
        items.append(item)
    return items, at


def _read_map(data: bytes, at: int, depth: int, members: int) -> tuple[dict[int, Value], int]:
    found: dict[int, Value] = {}
    before = b""
    for _ in range(members):
        key, end = _read(data, at, depth + 1)
        spelled = data[at:end]
        if not isinstance(key, int) or spelled <= before:
            raise ValueError("CBOR with keys that are no whole numbers, or not in rising order")
        found[key], at = _read(data, end, depth + 1)
        before = spelled
    return found, at
