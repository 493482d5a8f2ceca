"""base58btc, the encoding behind multibase prefix `z`."""

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# Digits are handled in pairs, and pairs in chunks that fit a machine word: dividing the whole number by 58
# for every digit costs more than the signature that it spells.
_PAIRS = [a + b for a in _ALPHABET for b in _ALPHABET]
_VALUES = {pair: value for value, pair in enumerate(_PAIRS)}
_PAIR = 58**2
_PAIRS_IN_CHUNK = 5
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
    if len(text) > 2 * length:
        raise ValueError(f"{len(text)} digits cannot spell {length} bytes")
    padded = "1" * (-len(text) % (2 * _PAIRS_IN_CHUNK)) + text
    number = chunk = 0
    try:
        for end in range(2, len(padded) + 1, 2):
            chunk = chunk * _PAIR + _VALUES[padded[end - 2 : end]]
            if end % (2 * _PAIRS_IN_CHUNK) == 0:
                number, chunk = number * _CHUNK + chunk, 0
        data = number.to_bytes(length, "big")
    except (KeyError, OverflowError):
        raise ValueError(f"not base58btc of {length} bytes") from None
    # Each leading zero byte is one leading 1; what follows is a number, which has one spelling.
    if len(data) - len(data.lstrip(b"\0")) != len(text) - len(text.lstrip("1")):
        raise ValueError(f"not base58btc of {length} bytes")
    return data
