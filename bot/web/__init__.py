"""What our web pages share: guard, door, one-time links, the frame of a page, a listener; and the health page."""
