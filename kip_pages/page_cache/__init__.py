"""Public pages kept ready to be sent, until anything changes that they show."""
