"""How many requests each network has made lately, kept in this process's memory for the limits on requests.

The store that `limits` brings starts a thread every ten milliseconds to look through all networks it has seen: the
longer a flood from many networks lasts, the more each request costs. Here counts that are over are thrown away when
their number has doubled, which costs each request the same however many networks there are.
"""

from __future__ import annotations

import time
from threading import Lock

from limits.storage import Storage

ADDRESS = "counts://"
_FEW = 1_000
_NONE = (0, 0.0)


class RequestCounts(Storage):
    """Counts by key, each for a window that begins with its first request (`limits`' fixed window)."""

    STORAGE_SCHEME = ["counts"]

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: float | str | bool) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._counts: dict[str, tuple[int, float]] = {}
        self._most = _FEW
        self._lock = Lock()

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count requests in a window of so many seconds and answer how many it has had."""
        now = time.time()
        with self._lock:
            count, until = self._counts.get(key, _NONE)
            if until <= now:
                count, until = 0, now + expiry
            self._counts[key] = count + amount, until
            if len(self._counts) > self._most:
                self._counts = {k: kept for k, kept in self._counts.items() if kept[1] > now}
                self._most = max(_FEW, 2 * len(self._counts))
        return count + amount

    def get(self, key: str) -> int:
        """Answer how many requests the present window has had."""
        count, until = self._counts.get(key, _NONE)
        return count if until > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """Answer when the present window ends, in seconds since 1970."""
        _count, until = self._counts.get(key, _NONE)
        return max(until, time.time())

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        """Forget everything; answer how many counts there were."""
        with self._lock:
            forgotten, self._counts = len(self._counts), {}
        return forgotten

    def clear(self, key: str) -> None:
        with self._lock:
            self._counts.pop(key, None)
