"""The languages of the service: which one a reader gets, and where its sentences come from."""
