"""Everything that falls due at an instant, apart from the reminders of a request: one mechanism.

A fact with an end plans its instant (`registry.plan`), or its matter finds what has come
(`Matter.finds`); the sweep claims what is due and not yet acted, does what the matter says, and
records it, in one transaction.
"""
