"""tf.io.decode_csv: TensorFlow's columns and errors."""

import pytest

import tapeflow as tf

tensorflow = pytest.importorskip("tensorflow")

CALLS = [
    (["1,2.5,x", '3,,"a ""q"" b"'], [[0], [1.5], ["d"]], {}),
    (["1,2"], [[0]], {}),
    (["x"], [[0]], {}),
    ([""], [["d"]], {}),
    (['a"b'], [[""]], {}),
    (["1,NA"], [[0], [3.0]], {"na_value": "NA"}),
    (["1,2,3"], [[0]], {"select_cols": [1]}),
    (["1"], [[0]], {"select_cols": [1]}),
    (["5|6"], [[0], [2.0]], {"field_delim": "|"}),
    (['"a'], [[""]], {}),
    (['"a"b'], [[""]], {}),
    (["1"], [[True]], {}),
    (["1,2"], [[0], [0]], {"select_cols": [1, 0]}),
    ([" 1, 2.5 "], [[0], [0.0]], {}),
    (["1\n2"], [[""]], {}),
    (['a"b,c'], [[""], [""]], {"use_quote_delim": False}),
    (["1,2"], [[0], [0]], {"field_delim": "||"}),
    (["99999999999"], [[0]], {}),
    (["1,"], [[0], ["d"]], {}),
    (['"a,b\nc",d'], [[""], [""]], {}),
]


@pytest.mark.parametrize("records, defaults, options", CALLS, ids=str)
def test_columns_are_tensorflows(records, defaults, options):
    found = []
    for library in (tf, tensorflow):
        try:
            columns = library.io.decode_csv(records, defaults, **options)
        except Exception as error:
            found.append(type(error).__name__)
        else:
            found.append([(each.dtype.name, each.numpy().tolist()) for each in columns])
    assert found[0] == found[1]


def test_functions_decode_when_they_run():
    @tf.function
    def total(record):
        a, b = tf.io.decode_csv(record, [[0.0], [0.0]])
        return a + b

    assert total(tf.constant("1,2.5")).numpy() == 3.5
