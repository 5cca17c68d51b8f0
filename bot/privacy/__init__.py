"""What we owe the people of whom we keep something: what is held, its erasure, and the account we give of it."""
