"""scripts/keras/table.py: which of Keras' own tests failed that are not known to."""

import pathlib
import subprocess
import sys

TABLE = pathlib.Path(__file__).parents[1] / "scripts" / "keras" / "table.py"
REPORT = """<testsuites><testsuite>
<testcase classname="keras.src.ops.core_test.CoreTest" name="test_passes" />
<testcase classname="keras.src.ops.core_test.CoreTest" name="test_breaks"><failure message="off by one" /></testcase>
<testcase classname="keras.src.losses.losses_test" name="test_left_out"><skipped message="no" /></testcase>
<testcase classname="" name="keras.src.losses.loss_test"><error message="no module" /></testcase>
</testsuite></testsuites>"""


def _run(tmp_path, known):
    (tmp_path / "report.xml").write_text(REPORT)
    (tmp_path / "known.txt").write_text(
        "# what may fail\n\n" + "".join(f"{each}\treason\n" for each in known)
    )
    command = [sys.executable, TABLE, tmp_path / "report.xml", "--known", tmp_path / "known.txt"]
    return subprocess.run(
        [*command, "--failures", tmp_path / "failures.txt"], capture_output=True, text=True, check=False
    )


def test_a_failure_that_is_not_known_is_named(tmp_path):
    done = _run(tmp_path, ["keras/src/losses/loss_test.py"])
    assert done.returncode == 1, done.stderr
    assert "failed: keras/src/ops/core_test.py::CoreTest::test_breaks\n" in done.stdout
    assert "failed: keras/src/losses" not in done.stdout
    assert (tmp_path / "failures.txt").read_text().splitlines() == [
        "keras/src/losses/loss_test.py\tno module",
        "keras/src/ops/core_test.py::CoreTest::test_breaks\toff by one",
    ]


def test_known_failures_are_no_failure_and_those_that_pass_now_are_named(tmp_path):
    known = ["keras/src/losses/loss_test.py", "keras/src/ops/core_test.py::CoreTest::test_breaks"]
    done = _run(tmp_path, [*known, "keras/src/ops/core_test.py::CoreTest::test_passes"])
    assert done.returncode == 0, done.stderr
    assert (
        "passes now, take it from the known failures: keras/src/ops/core_test.py::CoreTest::test_passes"
        in done.stdout
    )
