"""JSON that means something sure, or a sentence that names the file."""

import pytest

from adapters.archives.container import open_folder
from adapters.archives.errors import ArchiveError, Limits
from adapters.archives.strict_json import load_json
from tests.adapters.archives.exports import write_folder


def load(tmp_path, raw, **limits):
    return load_json(
        open_folder(write_folder(tmp_path / "x", {"a.json": raw}), Limits()), "a.json", Limits(**limits)
    )


BAD = [
    (b"{", "line 1"),
    (b'[1,\n "x"', "line 2"),
    (b"", "not valid JSON"),
    (b"[NaN]", "NaN"),
    (b"[-Infinity]", "-Infinity"),
    (b"[1e999]", "too large"),
    (b"[" + b"9" * 5000 + b"]", "too long"),
    (b'{"a": 1, "b": 2, "a": 3}', 'has "a" twice'),
    (b'[{"x": {"k": 1, "k": 1}}]', 'has "k" twice'),
    (b"[" * 101 + b"]" * 101, "nested too deeply"),
    (b"[" * 200_000 + b"]" * 200_000, "nested too deeply"),
    (b'{"a":' * 100_000, "nested too deeply"),
    (b"\xff\xfe[\x00]\x00", "not UTF-8"),
    (b'["caf\xe9"]', "not UTF-8"),
]


@pytest.mark.parametrize(("raw", "hint"), BAD)
def test_what_is_no_good_json_is_refused_with_the_name_of_its_file(tmp_path, raw, hint):
    with pytest.raises(ArchiveError) as caught:
        load(tmp_path, raw)
    assert '"a.json" in x' in str(caught.value)
    assert hint in str(caught.value)


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path):
    with pytest.raises(ArchiveError, match="larger than 1 MB"):
        load(tmp_path, b'"' + b"x" * 1_100_000 + b'"', json_bytes=1024 * 1024)


def test_good_json_is_read_with_and_without_a_byte_order_mark(tmp_path):
    assert load(tmp_path, '{"a": ["é", 1.5, null]}'.encode()) == {"a": ["é", 1.5, None]}
    assert load(tmp_path, b"\xef\xbb\xbf[true]") == [True]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b'["\\ud83d\\ude00"]', "\U0001f600"),
        (b'["a\\ud83d"]', "a\ufffd"),
        (b'["\\ude00b"]', "\ufffdb"),
        (b'["a\\u0000b"]', "a\ufffdb"),
        (b'["\\\\ud83d"]', "\\ud83d"),
    ],
)
def test_characters_that_no_database_stores_are_replaced(tmp_path, raw, text):
    assert load(tmp_path, raw) == [text]


def test_keys_are_made_storable_too(tmp_path):
    assert load(tmp_path, b'{"a\\ud800": 1}') == {"a\ufffd": 1}
