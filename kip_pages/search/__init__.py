"""What citizens ask of the public pages: words understood, pages found, words shown and words meant."""
