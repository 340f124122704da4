"""Requests to hosts that somebody typed: webhooks go out by them, warnings of others come in.

There is no other way for either, so there is one place that keeps them out of our own network.
"""
