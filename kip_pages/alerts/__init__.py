"""Announcing without delay: what no workflow holds, and what is told afterwards."""
