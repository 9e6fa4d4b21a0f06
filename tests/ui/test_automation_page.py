"""
The page on automation, whole: in both languages, over every selection, and over a source that doesn't record it.
"""

from __future__ import annotations

import pytest

from tests.ui.opening import opened, texts


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_page_is_drawn_without_a_broken_part(insurer, language):
    """
    No part failed, and nothing stands there that no reader should see.
    """
    test = opened(insurer.settings, "automation", language=language)
    said = texts(test)

    assert [each.value for each in test.error] == []
    assert not [word for word in ("None", "NaN", "nan", "null") if word in said.split()]
