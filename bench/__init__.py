"""What the feed and a publish cost, as ratios: `make bench`."""
