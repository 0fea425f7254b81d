import pytest

from assay.errors import TokenError
from assay.trust.tokens.base64url import decode_base64url, encode_base64url
from assay.trust.tokens.strict_json import MAXIMUM_DEPTH, MAXIMUM_MEMBERS, decode_json_object


def decoded(text: str | bytes) -> object:
    return decode_json_object(text.encode() if isinstance(text, str) else text, "it", maximum_bytes=4096)


def test_can_read_an_object() -> None:
    assert decoded(' {"a": [1, 2.5, "é\\u00e9 {[\\"", null, true], "b": {}} ') == {
        "a": [1, 2.5, 'éé {["', None, True],
        "b": {},
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"a":1,"a":1}', "stands twice"),
        ('{"a":{"b":1,"\\u0062":2}}', "stands twice"),
        ('{"a":NaN}', "no number"),
        ('{"a":-Infinity}', "no number"),
        ('{"a":1e999}', "too large"),
        ('{"a":' + "1" * 21 + "}", "21 digits: the limit is 20"),
        ('{"a":"\\ud800"}', "surrogate"),
        ('{"\\udc00":1}', "surrogate"),
        (b'{"a":"\xff"}', "not UTF-8"),
        (b'\xef\xbb\xbf{"a":1}', "not JSON"),
        ("[]", "not a JSON object"),
        ('"a"', "not a JSON object"),
        ("", "not JSON"),
        ('{"a":1}x', "not JSON"),
        ("{'a':1}", "not JSON"),
        ('{"a":1,}', "not JSON"),
        ('{"a":"\n"}', "not JSON"),
        ('{"a":' * 40 + "1" + "}" * 40, f"too deeply: the limit is {MAXIMUM_DEPTH}"),
        ("{" + ",".join(f'"{i}":1' for i in range(200)) + "}", f"200 members: the limit is {MAXIMUM_MEMBERS}"),
        ('{"a":"' + "b" * 5000 + '"}', "the limit is 4096"),
    ],
)
def test_refuses_what_has_several_readings_or_passes_a_limit(text: str | bytes, reason: str) -> None:
    with pytest.raises(TokenError, match=reason):
        decoded(text)


def test_brackets_in_a_text_are_no_depth() -> None:
    assert decoded('{"a":"' + "[{" * 100 + '"}') == {"a": "[{" * 100}


@pytest.mark.parametrize(
    "text", ["A", "AA=", "AA==", "AB", "AAB", "A+A/", "AA\n", "A A", "\u0410\u0410", "AA.", "AAA\x00"]
)
def test_refuses_base64url_with_another_spelling(text: str) -> None:
    with pytest.raises(TokenError, match="it is not base64url"):
        decode_base64url(text, "it")


def test_base64url_comes_back() -> None:
    for length in range(70):
        data = bytes(range(length))
        assert decode_base64url(encode_base64url(data), "it") == data
