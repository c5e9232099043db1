"""What the office asks about its own work: counted from what is stored, never kept as counters."""
