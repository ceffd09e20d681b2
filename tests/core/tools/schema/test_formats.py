import time

import pytest

from hroute.core.tools.schema.formats import FORMATS, keeps


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("date", "2028-02-29", "2027-02-29"),
        ("date", "2027-02-28", "2027-02-28\n"),
        ("date-time", "1998-12-31T23:59:60Z", "1998-12-31T22:59:60Z"),
        ("date-time", "1998-12-31T15:59:60.5-08:00", "1998-12-31 15:59:00Z"),
        ("time", "08:30:06z", "08:30:06"),
        ("time", "23:59:59+23:59", "23:59:59+24:00"),
        ("duration", "P1M2D", "P1Y2D"),
        ("duration", "PT1H2M", "PT1H2S"),
        ("email", '"a@b"@[127.0.0.1]', "a..b@example.com"),
        ("email", "a@[IPv6:::1]", "ä@example.com"),
        ("idn-email", "δοκιμή@παράδειγμα.example", "a b@example.com"),
        ("hostname", "xn--4gbwdl.example", "xn--X.example"),
        ("hostname", "a-1.example", "a.example."),
        ("idn-hostname", "実例。com", "0a.א"),
        ("idn-hostname", "l·l.example", "a·b.example"),
        ("ipv4", "10.0.0.1", "10.0.0.01"),
        ("ipv6", "::ffff:1.2.3.4", "fe80::1%eth0"),
        ("uri", "http://[::1]:80/a?b#c", "//host/path"),
        ("uri", "urn:a:b", "http://é.example/"),
        ("uri-reference", "a/b:c", "a:b/c d"),
        ("iri", "http://é.example/ü?\ue000", "http://[::1/"),
        ("iri-reference", "#é", "\\a"),
        ("uri-template", "/a{?b*,c:3}", "/a{b"),
        ("json-pointer", "/a~1b/~0", "/a~2"),
        ("relative-json-pointer", "10/a", "01/a"),
        ("regex", r"(?<=a)\cA", "(?P<a>b)"),
        ("uuid", "123E4567-e89b-12d3-a456-426614174000", "{123e4567-e89b-12d3-a456-426614174000}"),
    ],
)
def test_a_format_is_kept_to_the_letter(name: str, good: str, bad: str) -> None:
    assert keeps(name, good)
    assert not keeps(name, bad)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("piece", ["a.", "/a", "{a", "1", "%41", ":", "[", "\\a", "(a+)+", "א"])
def test_no_text_takes_a_format_long(name: str, piece: str) -> None:
    began = time.thread_time()
    for start in ("", "http://", "P", '"', "2020-01-01T"):
        keeps(name, start + piece * 20_000 + "\n")
    assert time.thread_time() - began < 2
