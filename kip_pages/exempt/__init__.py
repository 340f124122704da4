"""What an information officer does with the list of exempt information, and what citizens see of it."""
