"""A province to look at: 41 agencies with sample content, for development only."""
