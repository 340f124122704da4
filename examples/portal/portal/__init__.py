"""A small portal that mirrors the feed of a province, proves its copy right, and shows it."""
