"""Which field of the tracker model a heading means."""
