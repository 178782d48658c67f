"""QTI 2.0 to 2.2. In only: what goes out goes in QTI 3."""

from modules.exchange.qti import read

__all__ = ["read"]
