"""What can be typed after `not-in-our-name`, a file for each kind of work."""
