"""Figures as the reader's language writes them."""

from odoo.tools import formatLang


def format_rate(env, rate: float) -> str:
    """A fraction as a percentage, with as many decimals as it needs: 0.05 is 5 %, 0.0125 is 1.25 %."""
    percent = f"{rate * 100:.4f}".rstrip("0").rstrip(".")
    digits = len(percent.partition(".")[2])
    return f"{formatLang(env, float(percent), digits=digits)}\N{NO-BREAK SPACE}%"
