"""What agencies publish and where it goes: page types, the aggregated feed, the alert path."""

__version__ = "0.1.0"
