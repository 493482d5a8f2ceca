"""All figures in one run: `make bench`."""

from __future__ import annotations

from benchmarks import credentials, service

credentials.main()
service.main()
