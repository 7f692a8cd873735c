"""Statements weighed and compared: what one sentence says of what another one says."""
