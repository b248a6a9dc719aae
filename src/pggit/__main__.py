"""`python -m pggit` is `pggit`."""

import sys

from pggit.cli.main import main

sys.exit(main())
