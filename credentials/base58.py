"""base58btc, the encoding behind multibase prefix `z`."""

from operator import mul

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# For writing, digits go in pairs and pairs in chunks that fit a machine word: dividing the whole number by 58
# for every digit costs more than the signature that it spells.
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
_PAIR = 58**2
_PAIRS_IN_CHUNK = 5
_DIGITS = {character: value for value, character in enumerate(_ALPHABET)}
_LONGEST = 128
_POWERS = [58**place for place in range(_LONGEST)]
_CHUNK = _PAIR**_PAIRS_IN_CHUNK


def encode(data: bytes) -> str:
    """Spell bytes in base58btc."""
    number = int.from_bytes(data, "big")
    pairs: list[str] = []
    while number:
        number, chunk = divmod(number, _CHUNK)
        for _ in range(_PAIRS_IN_CHUNK):
            chunk, pair = divmod(chunk, _PAIR)
            pairs.append(_PAIRS[pair])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(pairs)).lstrip("1")


def decode(text: str, length: int) -> bytes:
    """Read exactly `length` bytes; ValueError when the text spells anything else or spells it in another way."""
    if len(text) > min(2 * length, _LONGEST):
        raise ValueError(f"{len(text)} digits cannot spell {length} bytes")
    try:
        digits = [_DIGITS[character] for character in reversed(text)]
        number: int = sum(map(mul, digits, _POWERS))
        data = number.to_bytes(length, "big")
    except (KeyError, OverflowError):
        raise ValueError(f"not base58btc of {length} bytes") from None
    # Each leading zero byte is one leading 1; what follows is a number, which has one spelling.
    if len(data) - len(data.lstrip(b"\0")) != len(text) - len(text.lstrip("1")):
        raise ValueError(f"not base58btc of {length} bytes")
    return data
