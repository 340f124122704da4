"""The doors for machines: the aggregated feed, and Wagtail's pages API scoped to the host."""
