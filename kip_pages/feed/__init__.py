"""The aggregated feed: every public item of every agency, in one numbered stream that loses nothing."""
