"""Who is reminded of a legal day, when, and who hears next if nothing happens: policy as data."""
