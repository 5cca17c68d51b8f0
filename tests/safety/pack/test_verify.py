"""Whatever is altered in a pack, by one byte, is found and located by nothing but Python."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.safety.pack import verify
from bot.store.encoding import to_json


def run(folder: Path, *, verifier: Path | None = None) -> tuple[int, str]:
    """Exit status and words of the verifier, run as a stranger would: isolated, with the standard library alone."""
    script = verifier or folder / "verify.py"
    done = subprocess.run(  # noqa: S603  our own script
        [sys.executable, "-I", "-S", "-B", str(script), str(folder)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout


def test_a_pack_as_it_was_made_is_whole_and_its_digest_is_told(pack: Path) -> None:
    manifest = json.loads((pack / "manifest.json").read_bytes())
    status, words = run(pack)
    assert status == 0
    assert words.endswith(f"\nDigest of the manifest: {manifest['digest']}\n")


def test_no_pack_is_no_pack(tmp_path: Path) -> None:
    assert run(tmp_path, verifier=Path(verify.__file__))[0] == 2


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.integers(0, 1000), place=st.integers(0, 10_000_000), bit=st.integers(0, 7))
def test_one_altered_byte_anywhere_is_found_and_its_file_is_named(pack: Path, which: int, place: int, bit: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(pack, Path(folder) / "pack")
        names = sorted(verify.files_in(copy))
        path = copy / names[which % len(names)]
        altered = bytearray(path.read_bytes())
        altered[place % len(altered)] ^= 1 << bit
        path.write_bytes(altered)
        wrong, _ = verify.verify(copy)
        assert {where for where, _ in wrong} == {path.relative_to(copy).as_posix()}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_one_altered_value_of_a_manifest_that_was_signed_anew_is_mostly_found_all_the_same(
    pack: Path, data: st.DataObject
) -> None:
    """Whoever alters chain, audit and files together is not found by the pack alone: hence the digest apart from it."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(pack, Path(folder) / "pack")
        manifest = json.loads((copy / "manifest.json").read_bytes())
        capture = data.draw(st.sampled_from(manifest["captures"]))
        name = data.draw(st.sampled_from(["at", "said", "seq", "tool", "mention", "prev", "digest"]))
        capture[name] = f"{capture[name]}0" if isinstance(capture[name], str) else capture[name] + 1
        del manifest["digest"]
        manifest["digest"] = verify.digest_of(manifest)
        (copy / "manifest.json").write_bytes(verify.canonical(manifest) + b"\n")
        assert any(capture["id"] in where for where, _ in verify.verify(copy)[0])


@pytest.mark.parametrize(
    ("do", "said"),
    [
        ("missing", "originals/1.1-post.json is missing.\n"),
        ("extra", "originals/2.1-more.json does not belong to the pack.\n"),
        ("link", "pack.pdf is a link, and no file.\n"),
        ("swap", "originals/1.1-post.json was altered.\noriginals/2.1-post.json was altered.\n"),
    ],
)
def test_a_missing_an_extra_and_an_exchanged_file_are_named(pack: Path, tmp_path: Path, do: str, said: str) -> None:
    one, two = pack / "originals" / "1.1-post.json", pack / "originals" / "2.1-post.json"
    match do:
        case "missing":
            one.unlink()
        case "extra":
            (pack / "originals" / "2.1-more.json").write_bytes(b"{}")
        case "link":
            (pack / "pack.pdf").rename(tmp_path / "elsewhere.pdf")
            (pack / "pack.pdf").symlink_to(tmp_path / "elsewhere.pdf")
        case _:
            first, second = one.read_bytes(), two.read_bytes()
            one.write_bytes(second)
            two.write_bytes(first)
    status, words = run(pack)
    assert status == 1
    assert words.startswith(said)
    assert "NOT as it was made" in words


def without_the_first(pack: Path, **said: object) -> tuple[int, str]:
    """What the verifier says of a pack without its first original and its entry, where the exhibit says this of it."""
    manifest = json.loads((pack / "manifest.json").read_bytes())
    exhibit = manifest["captures"][0]["exhibits"][0]
    (pack / exhibit["file"]).unlink()
    del manifest["files"][exhibit["file"]], manifest["digest"]
    exhibit.update(said)
    manifest["digest"] = verify.digest_of(manifest)
    (pack / "manifest.json").write_bytes(verify.canonical(manifest) + b"\n")
    return run(pack)


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("", "was captured and is not here, and nothing says why.\n"),
        ("originals/another", "has a file that the manifest does not list.\n"),
    ],
)
def test_an_original_that_was_taken_out_with_its_entry_is_missed(pack: Path, file: str, what: str) -> None:
    status, words = without_the_first(pack, file=file)
    assert status == 1
    assert words.startswith(f"exhibit 1.1 {what}")


def test_an_original_that_is_said_to_be_erased_is_named(pack: Path) -> None:
    status, words = without_the_first(pack, file="", blanked=True)
    assert status == 0, words
    assert words.startswith("exhibit 1.1 is absent: it had been erased when the pack was made. The SHA-256 of what")


@pytest.mark.parametrize("name", ["typing.py", "__future__.py", "hashlib.py", "json.py"])
def test_nothing_that_was_put_beside_it_runs_in_its_place(pack: Path, name: str) -> None:
    (pack / "pack.pdf").write_bytes(b"altered")
    (pack / name).write_text("import sys; print('whole'); sys.exit(0)", encoding="utf-8")
    done = subprocess.run([sys.executable, "verify.py"], cwd=pack, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert f"{name} does not belong to the pack.\n" in done.stdout


def test_no_folder_and_no_link_hides_anything(pack: Path, tmp_path: Path) -> None:
    hidden = pack / "originals" / "__pycache__"
    hidden.mkdir()
    (hidden / "secret.jpg").write_bytes(b"x")
    (pack / "empty").mkdir()
    (pack / "more").symlink_to(tmp_path)
    _, words = run(pack)
    for name in ("empty", "more", "originals/__pycache__", "originals/__pycache__/secret.jpg"):
        assert f"{name} does not belong to the pack.\n" in words


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(ANYTHING)
def test_the_verifier_writes_json_as_the_store_does(value: object) -> None:
    assert verify.canonical(value) == to_json(value).encode()
