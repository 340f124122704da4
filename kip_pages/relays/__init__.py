"""Warnings of others: fetched, judged, offered to the duty officer or published by rule.

``polling`` fetches; ``reading`` understands a message; ``deciding`` says what becomes of it, and
``drafting`` what our announcement says; ``ignoring`` and ``upkeep`` take away what is not needed.
"""
