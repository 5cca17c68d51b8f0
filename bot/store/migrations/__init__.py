"""Each revision of the database, in order; never changed once released."""
