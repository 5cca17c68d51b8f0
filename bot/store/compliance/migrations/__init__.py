"""The revisions of the compliance team's database."""
