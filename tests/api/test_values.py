"""What metadata values promise: wrapping is no change, and a URL that opens something is never kept."""

import pytest

from bbbkeep.api.values import masked, same_value


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a b", "a b", True),
        ("a long value", "a long\n        value", True),
        ("  a b ", "a\tb", True),
        ("a b", "ab", False),
        ("a b", "a\u00a0b", False),
        ("a", "A", False),
        ("", " ", True),
    ],
)
def test_values_are_the_same_however_the_server_wrapped_them(one: str, other: str, same: bool) -> None:
    assert same_value(one, other) is same


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("endcallbackurl", "https://lms.example.org/end"),
        ("endCallbackUrl", "anything"),
        ("bbb-recording-ready-url", "https://lms.example.org/ready"),
        ("canvas-recording-ready-url", "https://lms.example.org/ready"),
        ("analytics-callback-url", "https://lms.example.org/a"),
        ("my-url", "https://lms.example.org/?key=1"),
        ("photourl", "https://user:pw@lms.example.org/"),
        ("note", "see https://bbb.example.org/api/join?checksum=abc"),
    ],
)
def test_callbacks_and_urls_that_open_something_are_kept_as_a_hash(key: str, value: str) -> None:
    kept = masked(key, value)

    assert kept.startswith("masked:")
    assert value not in kept
    assert kept == masked(key, value + "\n")
    assert kept != masked(key, value + "x")


@pytest.mark.parametrize(
    ("key", "value"),
    [("title", "What is this?"), ("home-url", "https://lms.example.org/course"), ("endcallbackurl", "")],
)
def test_other_values_are_kept_as_they_are(key: str, value: str) -> None:
    assert masked(key, value) == value
