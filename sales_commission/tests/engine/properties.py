"""Hypothesis where it is installed; elsewhere tests of properties skip themselves, and the others load."""

from unittest import skip
from unittest.mock import MagicMock

try:
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import strategies as st
except ImportError:
    HealthCheck = ()
    Phase = st = MagicMock()

    def given(*_args, **_kwargs):
        return skip("Tests of properties need the Python package hypothesis.")

    def settings(*_args, **_kwargs):
        return lambda test: test


__all__ = ["HealthCheck", "Phase", "given", "settings", "st"]
