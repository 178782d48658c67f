"""The set-up scripts stand outside the packages, since they run before anything is installed."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "cms" / "setup"))
