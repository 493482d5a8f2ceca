"""base58btc, the encoding behind multibase prefix `z`."""

_ALPHABET = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Dividing the whole number by 58 for every digit would cost more than making the signature that is spelled. So digits
# are the lanes of one long number, and all neighbours are joined, or parted again, in one step.
_LONGEST = 128


def _select(bits: int, lane: int, length: int) -> int:
    """Select so many bits of the lower one of each two lanes, all within so many bits."""
    return sum(((1 << bits) - 1) << place for place in range(0, length, 2 * lane))


_JOINS = [
    (_select(8 * digits, 8 * digits, 8 * _LONGEST), 8 * digits, 58**digits) for digits in (1, 2, 4, 8, 16, 32, 64)
]
# x // d is x * m >> k for all x < d², if m = 2**k // d + 1 and 2**k >= d³: then x * (m * d - 2**k) < 2**k. With
# 16 bits for a digit no product leaves its two lanes.
_PARTS = [
    (_select(bits, 16 * digits, 16 * _LONGEST), 16 * digits, 58**digits, 3 * bits, (1 << 3 * bits) // 58**digits + 1)
    for digits, bits in ((8, 47), (4, 24), (2, 12), (1, 6))
]
_SIXTEEN = 58**16
_NO_DIGIT = 255
_DIGITS = bytes(_ALPHABET[value] if value < 58 else 0 for value in range(256))
_VALUES = bytes(_ALPHABET.find(code) % 256 for code in range(256))


def encode(data: bytes) -> str:
    """Spell bytes in base58btc."""
    number = int.from_bytes(data, "big")
    lanes = place = 0
    while number:
        number, piece = divmod(number, _SIXTEEN)
        lanes |= piece << place
        place += 256
    if place > 16 * _LONGEST:
        raise ValueError(f"{len(data)} bytes are more than any key or signature has")
    for quotients, width, weight, shift, inverse in _PARTS:
        upper = (lanes * inverse >> shift) & quotients
        lanes = lanes - upper * weight | upper << width
    text = lanes.to_bytes(place // 8, "big")[1::2].translate(_DIGITS).decode()
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + text.lstrip("1")


def decode(text: str, length: int) -> bytes:
    """Read exactly `length` bytes; ValueError when the text spells anything else or spells it in another way."""
    if len(text) > min(2 * length, _LONGEST):
        raise ValueError(f"{len(text)} digits cannot spell {length} bytes")
    try:
        digits = text.encode("ascii").translate(_VALUES)
        if _NO_DIGIT in digits:
            raise ValueError("not a digit")
        number = int.from_bytes(digits, "big")
        for lower, width, weight in _JOINS:
            number = (number & lower) + ((number >> width) & lower) * weight
        data = number.to_bytes(length, "big")
    except (ValueError, OverflowError):
        raise ValueError(f"not base58btc of {length} bytes") from None
    # Each leading zero byte is one leading 1; what follows is a number, which has one spelling.
    if len(data) - len(data.lstrip(b"\0")) != len(text) - len(text.lstrip("1")):
        raise ValueError(f"not base58btc of {length} bytes")
    return data
