"""tf.print inside functions: whenever the program runs, in its order, also where nothing depends on the arguments."""

import pytest

import tapeflow

tensorflow = pytest.importorskip("tensorflow")


def _written(tf, path, **options):
    """What a program with choices and loops writes in two calls."""
    stream = f"file://{path}"

    @tf.function(**options)
    def program(x):
        tf.print("begins", output_stream=stream)
        for i in tf.range(3):
            tf.print("trip", i, output_stream=stream)
            tf.print("turn", output_stream=stream)
        if x > 2.0:
            tf.print("large", output_stream=stream)
        else:
            tf.print("small", x, output_stream=stream)
        return x + 1.0

    program(tf.constant(1.0))
    program(tf.constant(3.0))
    return path.read_text()


@pytest.mark.parametrize("jit_compile", [False, True])
def test_printing_is_a_part_of_the_program(jit_compile, tmp_path):
    theirs = _written(tensorflow, tmp_path / "theirs")
    assert theirs.count("begins") == 2 and theirs.count("turn") == 6
    assert _written(tapeflow, tmp_path / "ours", jit_compile=jit_compile) == theirs
