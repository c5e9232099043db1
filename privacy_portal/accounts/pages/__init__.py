"""Pages of one's own account: signing up and in, the second step, sessions."""
