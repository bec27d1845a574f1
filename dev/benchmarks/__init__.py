"""Benchmarks, each a program that Odoo's own Python runs and that prints its rows as JSON.

A row is [what, figure, baseline, ratio]; times are medians in seconds.
"""
