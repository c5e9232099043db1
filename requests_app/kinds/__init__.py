"""One module per right. Importing this package registers every kind."""
