from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from bot.lab.samples import Sample, line, masked

if TYPE_CHECKING:
    import random


def sample(texts: list[str], most: int, seed: int = 0) -> Sample[str]:
    made: Sample[str] = Sample(most, seed)
    for text in texts:
        made.add(text, text)
    return made


def content(made: Sample[str]) -> list[tuple[str, int]]:
    return [(kept.what, kept.times) for kept in made.all()]


@given(
    st.lists(st.text(max_size=2), max_size=60),
    st.integers(0, 8),
    st.randoms(use_true_random=False),
    st.integers(0, 60),
)
def test_sample_depends_on_neither_order_nor_pieces(texts: list[str], most: int, rng: random.Random, cut: int) -> None:
    shuffled = rng.sample(texts, len(texts))
    pieces = sample(shuffled[:cut], most)
    pieces.take(sample(shuffled[cut:], most))
    assert content(pieces) == content(sample(texts, most))
    assert len(pieces.kept) == min(most, len(set(texts)))


@given(st.lists(st.sampled_from("abcdefgh"), max_size=80))
def test_texts_in_the_sample_are_counted_in_full(texts: list[str]) -> None:
    assert all(times == texts.count(text) for text, times in content(sample(texts, 3)))


def test_every_text_has_the_same_chance() -> None:
    texts = [str(number) for number in range(20)]
    drawn = [text for seed in range(2_000) for text, _ in content(sample(texts, 5, seed))]
    assert all(400 < drawn.count(text) < 600 for text in texts)


def test_higher_ranks_push_out_lower_ones() -> None:
    made: Sample[str] = Sample(2)
    for text, rank in [("mild", 1), ("grave", 9), ("milder", 0), ("graver", 10), ("mild", 1)]:
        made.add(text, text, rank=rank)
    assert [text for text, _ in content(made)] == ["graver", "grave"]


def test_mask_leaves_the_shape_of_the_words_alone() -> None:
    assert masked("Shut up, you naïve florp! 😀") == "S••• u•, y•• n•••• f••••! 😀"
    assert masked("") == ""


def test_line_is_one_line_of_limited_length() -> None:
    assert line(" one\n two\t three ") == "one two three"
    assert line("word " * 50, most=10) == "word word…"
