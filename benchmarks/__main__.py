"""All figures in one run: `make bench`; `make bench FULL=1` issues 100,000 and stores 1,000,000 certificates, too."""

from __future__ import annotations

import sys

from benchmarks import credentials, issuing, openings, papers, service, web

if __name__ == "__main__":
    full = "--full" in sys.argv[1:]
    credentials.main()
    service.main()
    issuing.main(full)
    papers.main()
    openings.main()
    web.main(full)
