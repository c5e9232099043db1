"""May this be disclosed? One pure function over loaded facts: `decide.decide(facts)`.

facts      what is asked and what stood about the patient at that instant, ready to be kept
load       the facts, from PostgreSQL, in a number of queries that does not grow
gates      what comes before any basis: restrictions, psychotherapy notes, fundraising, regulators
bases      what the basis itself asks, from `taxonomy.toml`
findings   what any of them finds: a reason, a question, an obligation, a warning
decide     all of it together, and the verdict
"""
