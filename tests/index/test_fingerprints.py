"""The fingerprint of a text, whatever stands in it."""

from __future__ import annotations

import re
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.model import fingerprint

SIGNS = st.characters(codec="cp1251") | st.characters()


@given(st.text(SIGNS))
def test_it_goes_by_letters_and_digits_alone(text: str) -> None:
    letters = re.sub(r"[\W_]+", "", text.lower().replace("ё", "е"))
    assert fingerprint(text) == int.from_bytes(blake2b(letters.encode("utf-8", "replace"), digest_size=4).digest())


@pytest.mark.parametrize("same", ["Открыт музей", "открыт  музей!", "«Открыт»\nмузей…", "ОТКРЫТ_МУЗЕЙ\u200b"])
def test_blanks_signs_and_capitals_do_not_count(same: str) -> None:
    assert fingerprint(same) == fingerprint("Открыт музей") != fingerprint("Открыты музеи")
