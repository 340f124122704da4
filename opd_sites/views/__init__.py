"""What the admin answers."""
