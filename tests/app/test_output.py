from __future__ import annotations

import os
import time

from app.output import download


def test_downloads_of_an_hour_ago_are_removed() -> None:
    old, fresh = download("a.csv"), download("a.csv")
    assert old.parent != fresh.parent  # two people at once do not meet
    old.write_text("x", encoding="utf-8")
    fresh.write_text("x", encoding="utf-8")
    long_ago = time.time() - 2 * 3600
    os.utime(old.parent, (long_ago, long_ago))
    download("b.csv")
    assert not old.parent.exists()
    assert fresh.exists()
