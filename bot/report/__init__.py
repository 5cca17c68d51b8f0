"""The public report: figures folded from audit events alone, small ones suppressed; and even-handedness."""
