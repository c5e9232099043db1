"""Disclosures: the bases the law knows, and the accounting the patient is owed."""
