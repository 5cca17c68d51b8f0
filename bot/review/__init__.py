"""Where reviewers work: one presentation of a case (`card`), what every desk is given (`room`), and the desks."""
