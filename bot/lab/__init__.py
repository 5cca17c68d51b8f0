"""For those who write rules: what they find, what a change of them would do, and why one text was judged as it was."""
