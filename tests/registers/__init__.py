"""Registers as officers keep them, made for the tests: every layout with what a careful person reads.

Nothing here is taken from a real register. ``samples`` lists the layouts.
"""
