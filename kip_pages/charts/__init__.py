"""What charts and maps are drawn from: numbers and paths, without a word or a colour."""
