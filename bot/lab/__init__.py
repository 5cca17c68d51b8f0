"""For those who write rules: what they get right, what a change would do, why one text is judged as it is."""
