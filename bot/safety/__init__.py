"""What is done where a reply is no answer: somebody may be in danger."""
