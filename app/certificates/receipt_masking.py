"""Names as a receipt shows them: enough to recognise whom one knows, too little to name anybody."""

from __future__ import annotations

import unicodedata

_MASK = "*"


def masked_name(name: str) -> str:
    """Mask the middle of a name: `홍길동` is `홍*동`, `남궁하늘별` `남***별`, `홍건` `홍*`; blanks stay."""
    letters = list(unicodedata.normalize("NFC", name))
    if len(letters) > 2:
        return letters[0] + "".join(c if c == " " else _MASK for c in letters[1:-1]) + letters[-1]
    return letters[0] + _MASK if len(letters) == 2 else _MASK
