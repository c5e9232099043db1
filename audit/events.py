"""Names of what happens to the log itself: subject:thing:action."""

from audit import names

#: A process that ends names what it has committed last.
LANE_CLOSED = "log:lane:closed"
#: Somebody had everything compared, and entries opened for it.
CHECKED = "log:invariants:checked"
#: How database and service are set up, every day.
CONFIGURATION_ATTESTED = "service:configuration:attested"

names.register(LANE_CLOSED, CHECKED, CONFIGURATION_ATTESTED)
