"""Tell subscribers that the feed has advanced: thin webhooks, signed by Standard Webhooks 1.0.

A message carries no content, only how far the feed is; who misses one reads the feed a little later.
"""
