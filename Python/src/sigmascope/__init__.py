"""A door to Sigmascope, the spectral microscope for fine-tuning.

`read` opens a report, `analyze`, `compare`, `advise`, `reproduce` and `check` run the program that this package carries,
`run` runs any other command of it. `sigmascope.callback` has a callback for Trainer and TRL. Nothing is computed here:
every number is the program's.
"""

from importlib.metadata import PackageNotFoundError, version

from .commands import Check, advise, analyze, check, compare, reproduce
from .errors import BadInputError, OutputError, SigmascopeError, UsageError
from .report import Report, read
from .running import Completed, run

try:
    __version__ = version("sigmascope")
except PackageNotFoundError:  # A checkout that was not installed.
    __version__ = "0"

__all__ = [
    "BadInputError",
    "Check",
    "Completed",
    "OutputError",
    "Report",
    "SigmascopeError",
    "UsageError",
    "advise",
    "analyze",
    "check",
    "compare",
    "read",
    "reproduce",
    "run",
]
