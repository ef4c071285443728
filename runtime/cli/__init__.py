"""The command line: launch, publish, tap, and what an operator needs beside them."""

import os
import signal
import sys
from typing import Final

INTERRUPTED: Final = 130
"""Exit code of a program that Ctrl-C has ended. *derived*: runtime.cli.console.exits.Exit, which is not imported yet"""
PROGRAM: Final = ("kurultai", "-m")
"""How the program's own process is called while it imports itself. *cited*: Python documentation, "sys.argv"."""

if os.path.basename(sys.argv[0] if sys.argv else "") in PROGRAM:
    # Until main() runs there is nothing to end in order, and a traceback of imports would be told instead.
    signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(INTERRUPTED))
