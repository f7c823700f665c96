"""btec-validator: a centre's assessment trackers in, a compliance report out."""

__version__ = "0.1.0"
