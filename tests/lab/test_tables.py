from bot.lab.tables import decimal, percent, rate, shown


def test_figures_are_put_as_people_read_them() -> None:
    assert (decimal(0.875), decimal(0.0123), decimal(0), decimal(1)) == ("0.875", "0.0123", "0.000", "1.000")
    assert (percent(1, 8), percent(3, 1_000_000), percent(0, 0)) == ("12.5 %", "0.0003 %", "–")
    assert rate(81, 263) == "0.308 0.26–0.37"
    assert rate(1, 29) == "0.0345 0.006–0.172"
    assert rate(0, 0) == "–"


def test_text_is_shown_only_to_those_who_ask() -> None:
    assert shown("you\nflorp", with_text=False) == "y•• f••••"
    assert shown("you\nflorp", with_text=True) == "you florp"
