"""Fixed moments for tests, so that no test asks the clock."""

import datetime as dt

NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
