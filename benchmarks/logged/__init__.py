"""Plain rows, and the same rows under two packages that keep a history."""
