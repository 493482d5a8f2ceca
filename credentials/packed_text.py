"""Korean text in few bits: one code for each character, most significant bit first.

    0  + 14 bits   a Hangul syllable, as its number from U+AC00 (0 to 11,171)
    10 +  7 bits   a printable ASCII character (0x20 to 0x7E)
    11 + 21 bits   any other character, by its code point

The last byte is filled up with zeros. A text has one spelling: no shorter code may be passed over, and as every code
has at least nine bits, the up to seven zeros at the end are never mistaken for one.
"""

_FIRST, _LAST = 0xAC00, 0xD7A3


def pack(text: str) -> bytes:
    """Write text that holds no control characters and no lone surrogates."""
    bits = length = 0
    for character in text:
        point = ord(character)
        if _FIRST <= point <= _LAST:
            code, size = point - _FIRST, 15
        elif 0x20 <= point < 0x7F:
            code, size = 0b10 << 7 | point, 9
        else:
            code, size = 0b11 << 21 | point, 23
        bits, length = bits << size | code, length + size
    padding = -length % 8
    return (bits << padding).to_bytes((length + padding) // 8, "big")


def unpack(data: bytes) -> str:
    """Read what `pack` wrote; ValueError unless it spells the text in exactly these bytes."""
    bits, left = int.from_bytes(data, "big"), 8 * len(data)
    text = []
    while left >= 9:
        kind = bits >> left - 2 & 0b11
        size = {0b10: 9, 0b11: 23}.get(kind, 15)
        if size > left:
            raise ValueError("packed text that ends early")
        left -= size
        code = bits >> left & (1 << size) - 1
        text.append(chr(_FIRST + code if size == 15 else code & (0x7F if size == 9 else 0x1FFFFF)))
    read = "".join(text)
    if any("\ud800" <= character <= "\udfff" for character in read) or pack(read) != data:
        raise ValueError("packed text in another spelling")
    return read
