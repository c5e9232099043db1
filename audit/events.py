"""Names of what happens to the log itself: subject:thing:action."""

from audit import names

#: Entries whose retention is over were pruned, or are about to be (FORMAT.md, section 16).
PRUNED = "log:entries:pruned"
#: A duty to keep beyond the term, and its end.
HOLD_PLACED = "log:hold:placed"
HOLD_LIFTED = "log:hold:lifted"
#: A log whose entries are gone for good was closed, and this one goes on (FORMAT.md, section 17).
SUCCEEDED = "log:origin:succeeded"
#: A new key wraps the data keys; a new data key seals from now on; a new key signs the heads as
#: well, and the old one no longer does.
WRAPPING_KEY_CHANGED = "key:wrapping:changed"
DATA_KEY_CHANGED = "key:data:changed"
SIGNING_KEY_BEGUN = "key:signing:begun"
SIGNING_KEY_ENDED = "key:signing:ended"
#: Fields are sealed anew because their data key was changed: before the first, and after the last.
FIELDS_BEGUN = "key:fields:begun"
FIELDS_ENDED = "key:fields:ended"

names.register(PRUNED, HOLD_PLACED, HOLD_LIFTED, SUCCEEDED)
names.register(WRAPPING_KEY_CHANGED, DATA_KEY_CHANGED, SIGNING_KEY_BEGUN, SIGNING_KEY_ENDED)
names.register(FIELDS_BEGUN, FIELDS_ENDED)

#: A process that ends names what it has committed last.
LANE_CLOSED = "log:lane:closed"
#: Somebody had everything compared, and entries opened for it.
CHECKED = "log:invariants:checked"

#: How database and service are set up, every day.
CONFIGURATION_ATTESTED = "service:configuration:attested"

names.register(LANE_CLOSED, CHECKED, CONFIGURATION_ATTESTED)
