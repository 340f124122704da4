"""How a document comes in: examined, cleaned, its original kept in private, its text read later."""
