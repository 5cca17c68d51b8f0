from hypothesis import given
from hypothesis import strategies as st

from bot.lab.unreadable import MOST, Unreadable
from bot.yaml_file import Problem


def of(problems: list[Problem]) -> Unreadable:
    made = Unreadable()
    for problem in problems:
        made.add(problem)
    return made


def test_one_bad_file_does_not_hide_the_next() -> None:
    found = of([*(Problem("a.csv", line, "", "bad") for line in range(1, 1_200)), Problem("b.csv", None, "", "empty")])
    assert found.total == 1_200
    assert list(found.told()) == [
        *(f"a.csv:{line}: bad" for line in range(1, MOST + 1)),
        "b.csv: empty",
        "a.csv: 1,194 more that could not be read",
    ]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9)), max_size=40), st.integers(0, 40))
def test_pieces_put_together_are_the_whole(given: list[tuple[str, int]], cut: int) -> None:
    problems = [Problem(file, line, "", "bad") for file, line in given]
    together = of(problems[:cut])
    together.take(of(problems[cut:]))
    assert together == of(problems)
