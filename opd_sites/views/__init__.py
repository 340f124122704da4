"""What the admin answers, and what whoever is not in it gets."""
