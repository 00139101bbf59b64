"""`python -m relapse` is the command `relapse`."""

import sys

from relapse._cli.main import main

sys.exit(main())
