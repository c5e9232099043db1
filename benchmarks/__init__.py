"""What the service costs, measured in one run on one machine. Never part of the tests."""
