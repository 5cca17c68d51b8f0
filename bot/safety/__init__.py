"""When a reply is not the answer: what is done where somebody may be in danger, and what has to hold afterwards."""
