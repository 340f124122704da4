"""The PPID menu: one for all agencies, filled from what each of them has published."""
