"""Addresses, said sign by sign."""

import pytest

from soprano_np.text.english.web import web


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("https://a.org/", "a dot org"),
        ("http://", "h t t p"),
        ("(https://en.a.org/b_(c)).", "(en dot a dot org slash b underscore ( c ))."),
        ("www.a.net/b?c=1", "w w w dot a dot net slash b question mark c equals one"),
        ("a.io/b&c#d", "a dot i o slash b and c hash d"),
        ("J.Doe+x@a-b.co.uk,", "j dot doe plus x at a dash b dot co dot u k,"),
        ("Amazon.com end.Next and/or 3.5", "amazon dot com end.Next and/or 3.5"),
        ("main.c README.md", "main dot c readme dot m d"),
        ("a.tar.gz song.mp3 .wav", "a dot tar dot g z song dot m p three dot w a v"),
        ("/usr/bin ~/x ../lib", "slash u s r slash bin tilde slash x dot dot slash lib"),
        ("src/ w/ C:\\Users", "s r c w/ c colon backslash users"),
        ("#ThrowbackThursday #NASA's #5", "hashtag throwback thursday hashtag nasa's #5"),
        ("@user_name, @", "at user name, @"),
        ("np.array() p.m. D.C. e.g.", "n p dot array p.m. D.C. e.g."),
    ],
)  # fmt: skip
def test_web(text: str, said: str) -> None:
    assert web(text) == said
