"""Warnings are told by the logger that `tf.get_logger` gives."""

import logging

import pytest

import tapeflow as tf
from tapeflow.core import log


@pytest.mark.parametrize(("level", "told"), [("WARNING", ["3 calls"]), ("ERROR", []), (logging.ERROR, [])])
def test_warnings_are_told_as_the_level_says(caplog, level, told):
    logger = tf.get_logger()
    before = logger.level
    try:
        logger.setLevel(level)
        log.warn("%d calls", 3)
    finally:
        logger.setLevel(before)
    assert [each.getMessage() for each in caplog.records] == told
