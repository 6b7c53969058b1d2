"""Data sets of files beside TensorFlow's: values, specs, sizes, errors."""

import gzip
import itertools
import sqlite3
import zlib

import numpy as np
import pytest
import tensorflow

import tapeflow

TABLE = b'a,b,c\n1,x,2.5\n3,"y,z",\n'


def example(number):
    train = tapeflow.train
    features = {
        "a": train.Feature(int64_list=train.Int64List(value=[number])),
        "b": train.Feature(bytes_list=train.BytesList(value=[b"%d" % number] * number)),
    }
    return train.Example(features=train.Features(feature=features)).SerializeToString()


def write_files():
    files = {
        "a.txt": b"one\ntwo\r\n\nthree",
        "b.txt": b"x\ny\n",
        "empty": b"",
        "returns": b"a\rb\r\r\nc\r",
        "a.gz": gzip.compress(b"one\ntwo\n"),
        "pieces": b"HHaabbccF",
        "more": b"HHddF",
        "pieces.z": zlib.compress(b"HHaabbccF"),
        "table": TABLE,
        "numbers": b"1,2\n3,4\n",
        "ends": b"1,2\r3,4\r\n5,6",
        "gap": b"1\n\n2\n",
        "quoted": b'1,"a\nb"\n2,"c""d"\r\n3,e',
        "quoted returns": b'1,"a\rb"\r2,c\n',
        "stray": b'1,NA\n2,b"c\n',
        "open": b'1,"abc\n2,x',
        "behind": b'1,"abc"d\n2,x',
        "nothing": b",\n,\n",
        "empty text": b'1,""\n',
        "m.csv": b"id,name,score,big\n1,ann,2.5,5000000000\n2,bob,,6\n3,cy,1.5,7\n",
        "kinds.csv": b"a,b,c,d,e\n1,1.5,x,,1e300\n5000000000,2,3,,2\n",
        "wide": b"1e39,0x10, 1,2\t,-inf,+5,-.5\n1,,3,4,5,6,1e-3\n",
        "wide whole": b"1, 2,+3,-4,05,6 ,7\n-9,1,,3,4,5,-9\n",
        "wide underscore": b"1,2,3,4,5,6,1_0\n",
        "wide large": b"1,2,3,4,5,6,5000000000\n",
        "wide short": b"1,2,3,4,5,6\n",
        "long.csv": b"a,b\n1,1.5,4\n",
    }
    for name, data in files.items():
        with open(name, "wb") as file:
            file.write(data)
    for name, compression in (("r0", ""), ("r1", ""), ("r2", ""), ("rz", "ZLIB")):
        with tapeflow.io.TFRecordWriter(name, compression) as writer:
            for number in range(3):
                writer.write(f"{name} {number}")
    with open("r0", "rb") as file:
        whole = file.read()
    for name, data in (("cut", whole[:-5]), ("bad", whole[:14] + b"!" + whole[15:])):
        with open(name, "wb") as file:
            file.write(data)
    with tapeflow.io.TFRecordWriter("examples") as writer:
        for number in range(5):
            writer.write(example(number))
    with sqlite3.connect("words.db") as database:
        database.execute("create table t (a integer, b text, c real, d blob)")
        rows = [(1, "x", 1.5, b"\0a"), (2, "y", None, None), (300, None, -2.5, b"q")]
        database.executemany("insert into t values (?, ?, ?, ?)", rows)
    database.close()


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("files"))
        write_files()
        yield


def csv(tf, *args, **kwargs):
    return tf.data.experimental.CsvDataset(*args, **kwargs)


def table(tf, *args, **kwargs):
    kwargs = {"num_epochs": 1, "shuffle": False, **kwargs}
    return tf.data.experimental.make_csv_dataset(*args, **kwargs)


def rows(tf, query, dtypes):
    return tf.data.experimental.SqlDataset("sqlite", "words.db", query, dtypes)


def described(tf):
    return {"a": tf.io.FixedLenFeature([], tf.int64), "b": tf.io.VarLenFeature(tf.string)}


def examples(tf, *args, **kwargs):
    kwargs = {"num_epochs": 1, "shuffle": False, **kwargs}
    return tf.data.experimental.make_batched_features_dataset(*args, **kwargs)


DATASETS = {
    "lines": lambda tf: tf.data.TextLineDataset("a.txt"),
    "lines of several files": lambda tf: tf.data.TextLineDataset(["a.txt", "empty", "b.txt"]),
    "lines of a data set of files": lambda tf: tf.data.TextLineDataset(
        tf.data.Dataset.from_tensor_slices(["a.txt", "b.txt"])
    ),
    "lines of a matrix of files": lambda tf: tf.data.TextLineDataset([["a.txt"], ["b.txt"]]),
    "lines of no files": lambda tf: tf.data.TextLineDataset([]),
    "lines in turns": lambda tf: tf.data.TextLineDataset(["a.txt", "b.txt", "a.txt"], num_parallel_reads=2),
    "lines, one file at a time": lambda tf: tf.data.TextLineDataset(["a.txt", "b.txt"], num_parallel_reads=1),
    "lines, many at a time": lambda tf: tf.data.TextLineDataset(["a.txt", "b.txt"], num_parallel_reads=9),
    "lines with returns": lambda tf: tf.data.TextLineDataset("returns"),
    "compressed lines": lambda tf: tf.data.TextLineDataset("a.gz", compression_type="GZIP"),
    "lines in batches": lambda tf: tf.data.TextLineDataset("a.txt", buffer_size=3).skip(1).batch(2),
    "records": lambda tf: tf.data.TFRecordDataset("r0"),
    "records in turns": lambda tf: tf.data.TFRecordDataset(["r0", "r1", "r2"], num_parallel_reads=2),
    "compressed records": lambda tf: tf.data.TFRecordDataset("rz", compression_type="ZLIB"),
    "pieces": lambda tf: tf.data.FixedLengthRecordDataset("pieces", 2, 2, 1),
    "pieces of several": lambda tf: tf.data.FixedLengthRecordDataset(["pieces", "more"], 2, 2, 1),
    "pieces in turns": lambda tf: tf.data.FixedLengthRecordDataset(
        ["pieces", "more"], 2, 2, 1, num_parallel_reads=2
    ),
    "pieces without header": lambda tf: tf.data.FixedLengthRecordDataset("pieces", 3),
    "compressed pieces": lambda tf: tf.data.FixedLengthRecordDataset(
        "pieces.z", 2, 2, 1, compression_type="ZLIB"
    ),
    "csv": lambda tf: csv(tf, "table", [tf.int32, tf.string, 0.5], header=True),
    "csv, selected": lambda tf: csv(tf, "table", [tf.int32, 7.5], header=True, select_cols=[0, 2]),
    "csv, excluded": lambda tf: csv(tf, "table", [tf.int32, 0.0], header=True, exclude_cols=[1]),
    "csv, excluded beyond": lambda tf: csv(tf, "numbers", [tf.int32, tf.int32], exclude_cols=[5]),
    "csv of two files": lambda tf: csv(tf, ["numbers"] * 2, [tf.int64, tf.constant([7], tf.int64)]),
    "csv, quoted": lambda tf: csv(tf, "quoted", [tf.int32, tf.string]),
    "csv, quoted returns": lambda tf: csv(tf, "quoted returns", [tf.int32, tf.string]),
    "csv, ends": lambda tf: csv(tf, "ends", [tf.int32, tf.int32]),
    "csv, a gap": lambda tf: csv(tf, "gap", [[9]]),
    "csv, defaults": lambda tf: csv(tf, "nothing", [[4], ["u"]]),
    "csv, empty text": lambda tf: csv(tf, "empty text", ["", ["u"]], na_value="1"),
    "csv, wide": lambda tf: csv(tf, "wide", [0.25] * 7),
    "csv, wide doubles": lambda tf: csv(tf, "wide", [tf.constant(0.5, tf.float64)] * 3 + [0.5] * 4),
    "csv, wide whole numbers": lambda tf: csv(tf, "wide whole", [44] * 7, na_value="-9"),
    "csv, doubles": lambda tf: csv(tf, "numbers", [tf.float64, tf.constant([], tf.float64)]),
    "csv, nothing else": lambda tf: csv(tf, "numbers", [[], []]),
    "csv table": lambda tf: table(tf, "m.csv", 2),
    "csv table with label": lambda tf: table(tf, "m.csv", 2, label_name="score"),
    "csv table, selected": lambda tf: table(tf, "m.csv", 2, select_columns=["name", "id"], num_epochs=2),
    "csv table, selected by number": lambda tf: table(
        tf, "m.csv", 2, select_columns=[0, 2], label_name="score"
    ),
    "csv table, other names": lambda tf: table(tf, "m.csv", 2, column_names=["a", "b", "c", "d"]),
    "csv table without header": lambda tf: table(
        tf, "m.csv", 2, column_names=["a", "b", "c", "d"], column_defaults=[""] * 4, header=False
    ),
    "csv table of texts": lambda tf: table(tf, "m.csv", 2, num_rows_for_inference=0),
    "csv table, kinds": lambda tf: table(tf, "kinds.csv", 1),
    "csv table in turns": lambda tf: table(tf, ["m.csv", "m.csv", "absent"], 2, num_parallel_reads=2),
    "csv table without end": lambda tf: table(tf, "m.csv", 2, num_epochs=None).take(4),
    "csv table, errors": lambda tf: table(
        tf, "m.csv", 2, ignore_errors=True, column_defaults=[tf.int32, tf.string, tf.float32, tf.int64]
    ),
    "list_files": lambda tf: tf.data.Dataset.list_files("*.txt", shuffle=False),
    "list_files of patterns": lambda tf: tf.data.Dataset.list_files(["a*", "?.txt"], shuffle=False),
    "list_files, shuffled": lambda tf: tf.data.Dataset.list_files("*.txt", seed=3).map(tf.strings.length),
    "sql": lambda tf: rows(tf, "select a, b, c from t", (tf.int32, tf.string, tf.float64)),
    "sql, one column": lambda tf: rows(tf, "select a from t", tf.int64),
    "sql, small numbers": lambda tf: rows(
        tf, "select a, c, a, c from t", (tf.int8, tf.int32, tf.uint8, tf.int16)
    ),
    "sql, truth and text": lambda tf: rows(tf, "select a, a, d from t", (tf.bool, tf.string, tf.string)),
    "sql, words as numbers": lambda tf: rows(tf, "select b from t", (tf.int32,)),
    "sql, no rows": lambda tf: rows(tf, "select a from t where a > 5000", (tf.int32,)),
    "examples": lambda tf: examples(tf, "examples", 2, described(tf)),
    "examples with label": lambda tf: examples(
        tf, "exam*", 2, described(tf), label_key="a", drop_final_batch=True
    ),
    "examples of a reader": lambda tf: examples(
        tf, "examples", 3, described(tf), reader=tf.data.TFRecordDataset, reader_args=[""], num_epochs=2
    ),
    "parsed ragged": lambda tf: (
        tf.data.TFRecordDataset("examples")
        .batch(2)
        .apply(tf.data.experimental.parse_example_dataset({"r": tf.io.RaggedFeature(tf.string, "b")}))
    ),
}


def plain(value):
    if hasattr(value, "to_list"):
        return value.to_list()
    if hasattr(value, "indices"):
        return [plain(each) for each in (value.indices, value.values, value.dense_shape)]
    array = np.asarray(value.numpy())
    return [str(array.dtype), array.tolist()]


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning")  # of TensorFlow's search for dtypes
@pytest.mark.parametrize("name", DATASETS)
def test_values_specs_and_sizes(name):
    ours, theirs = DATASETS[name](tapeflow), DATASETS[name](tensorflow)
    mine, others = (
        tf.nest.flatten(each.element_spec) for tf, each in ((tapeflow, ours), (tensorflow, theirs))
    )
    assert [str(each) for each in mine] == [str(each) for each in others]
    if name != "csv table without end":  # TensorFlow says less of a pipeline that it cannot look into
        assert int(ours.cardinality()) == int(theirs.cardinality())
    for _ in range(2):
        for mine, other in itertools.zip_longest(ours, theirs):
            assert type(mine).__name__ == type(other).__name__ or hasattr(mine, "numpy")
            found = [plain(each) for each in tapeflow.nest.flatten(mine)]
            assert found == [plain(each) for each in tensorflow.nest.flatten(other)]


REFUSED = {
    "lines of an absent file": lambda tf: list(tf.data.TextLineDataset("absent")),
    "lines of a folder": lambda tf: list(tf.data.TextLineDataset(".")),
    "lines packed otherwise": lambda tf: list(tf.data.TextLineDataset("a.txt", compression_type="GZIP")),
    "lines packed unknown": lambda tf: list(tf.data.TextLineDataset("a.txt", compression_type="ZIP")),
    "lines of a number": lambda tf: tf.data.TextLineDataset(3),
    "lines of numbers": lambda tf: tf.data.TextLineDataset(tf.data.Dataset.range(2)),
    "lines of no file at a time": lambda tf: tf.data.TextLineDataset("a.txt", num_parallel_reads=0),
    "records cut off": lambda tf: list(tf.data.TFRecordDataset("cut")),
    "records damaged": lambda tf: list(tf.data.TFRecordDataset("bad")),
    "no records": lambda tf: list(tf.data.TFRecordDataset("a.txt")),
    "records packed otherwise": lambda tf: list(tf.data.TFRecordDataset("r0", "GZIP")),
    "records of a number": lambda tf: tf.data.TFRecordDataset(3),
    "pieces too long": lambda tf: list(tf.data.FixedLengthRecordDataset("pieces", 2)),
    "pieces of nothing": lambda tf: list(tf.data.FixedLengthRecordDataset("pieces", 0)),
    "pieces of a half": lambda tf: list(tf.data.FixedLengthRecordDataset("pieces", 2.5)),
    "pieces of None": lambda tf: list(tf.data.FixedLengthRecordDataset("pieces", None)),
    "pieces below the header": lambda tf: list(tf.data.FixedLengthRecordDataset("more", 2, 4, 4)),
    "pieces before the header": lambda tf: list(tf.data.FixedLengthRecordDataset("more", 2, -1)),
    "compressed pieces too long": lambda tf: list(
        tf.data.FixedLengthRecordDataset("pieces.z", 4, 2, 1, compression_type="ZLIB")
    ),
    "csv, missing": lambda tf: list(csv(tf, "table", [tf.int32, tf.string, tf.float32], header=True)),
    "csv, fewer": lambda tf: list(csv(tf, "numbers", [tf.int64])),
    "csv, more": lambda tf: list(csv(tf, "numbers", [tf.int64] * 3)),
    "csv, a word": lambda tf: list(csv(tf, "table", [tf.int32] * 3, header=True)),
    "csv, wide underscore": lambda tf: list(csv(tf, "wide underscore", [tf.int32] * 7)),
    "csv, wide large": lambda tf: list(csv(tf, "wide large", [tf.int32] * 7)),
    "csv, a word and more": lambda tf: list(csv(tf, "table", [tf.int32] * 2, header=True)),
    "csv, wide fewer": lambda tf: list(csv(tf, "wide short", [tf.float32] * 7)),
    "csv, wide missing": lambda tf: list(csv(tf, "wide", [tf.float32] * 7)),
    "csv of int8": lambda tf: csv(tf, "table", [tf.int8] * 3),
    "csv, selected too many": lambda tf: csv(tf, "numbers", [tf.int32], select_cols=[0, 1]),
    "csv, selected back": lambda tf: csv(tf, "numbers", [tf.int32] * 2, select_cols=[1, 0]),
    "csv, selected below": lambda tf: csv(tf, "numbers", [tf.int32] * 2, select_cols=[-1, 0]),
    "csv, both": lambda tf: csv(tf, "numbers", [tf.int32], select_cols=[0], exclude_cols=[1]),
    "csv, selected beyond": lambda tf: list(csv(tf, "numbers", [tf.int32], select_cols=[5])),
    "csv, two separators": lambda tf: csv(tf, "numbers", [tf.int32] * 2, field_delim=";;"),
    "csv, a stray quote": lambda tf: list(csv(tf, "stray", [tf.int32, tf.string])),
    "csv, an open quote": lambda tf: list(csv(tf, "open", [tf.int32, tf.string])),
    "csv, behind a quote": lambda tf: list(csv(tf, "behind", [tf.int32, tf.string])),
    "csv without header": lambda tf: list(csv(tf, "empty", [tf.int32], header=True)),
    "csv of an absent file": lambda tf: list(csv(tf, "absent", [tf.int32])),
    "csv of no columns": lambda tf: csv(tf, "numbers", []),
    "csv of two defaults": lambda tf: csv(tf, "numbers", [[1, 2], [3]]),
    "csv packed unknown": lambda tf: csv(tf, "numbers", [tf.int32] * 2, compression_type="ZIP"),
    "csv, a gap": lambda tf: list(csv(tf, "gap", [tf.int32])),
    "csv table, no files": lambda tf: table(tf, "absent*", 2),
    "csv table, no patterns": lambda tf: table(tf, [], 2),
    "csv table, other label": lambda tf: table(tf, "m.csv", 2, label_name="z"),
    "csv table, label not selected": lambda tf: table(
        tf, "m.csv", 2, label_name="score", select_columns=["id"]
    ),
    "csv table, missing": lambda tf: list(
        table(tf, "m.csv", 2, column_defaults=[tf.int32, tf.string, tf.float64, tf.int64])
    ),
    "csv table, other column": lambda tf: table(tf, "m.csv", 2, select_columns=["q"]),
    "csv table, other number": lambda tf: table(tf, "m.csv", 2, select_columns=[9]),
    "csv table, other headers": lambda tf: table(tf, ["m.csv", "kinds.csv"], 2),
    "csv table, names twice": lambda tf: table(tf, "m.csv", 2, column_names=["a", "a", "b", "c"]),
    "csv table, fewer defaults": lambda tf: table(
        tf, "m.csv", 2, column_defaults=[tf.int32], select_columns=[0, 1]
    ),
    "csv table, empty": lambda tf: table(tf, "empty", 2),
    "csv table, long": lambda tf: table(tf, "long.csv", 2),
    "list_files of nothing": lambda tf: tf.data.Dataset.list_files("absent*"),
    "list_files without patterns": lambda tf: tf.data.Dataset.list_files([]),
    "list_files of a number": lambda tf: tf.data.Dataset.list_files(3),
    "sql, another driver": lambda tf: tf.data.experimental.SqlDataset("x", "words.db", "select", (tf.int64,)),
    "sql, fewer": lambda tf: list(rows(tf, "select a, b from t", (tf.int64,))),
    "sql, wrong": lambda tf: list(rows(tf, "selec a from t", (tf.int64,))),
    "sql of floats": lambda tf: rows(tf, "select a from t", (tf.float32,)),
    "writer of numbers": lambda tf: tf.data.experimental.TFRecordWriter("w").write(tf.data.Dataset.range(2)),
    "writer of a number": lambda tf: tf.data.experimental.TFRecordWriter("w").write(3),
    "writer of vectors": lambda tf: tf.data.experimental.TFRecordWriter("w").write(
        tf.data.Dataset.from_tensors(["a", "b"])
    ),
    "writer into no folder": lambda tf: tf.data.experimental.TFRecordWriter("absent/w").write(
        tf.data.Dataset.from_tensors("a")
    ),
    "examples, another label": lambda tf: examples(tf, "examples", 2, described(tf), label_key="q"),
    "examples of no files": lambda tf: examples(tf, "absent*", 2, described(tf)),
    "examples without features": lambda tf: examples(tf, "examples", 2, {}),
    "parsed scalars": lambda tf: tf.data.TFRecordDataset("examples").apply(
        tf.data.experimental.parse_example_dataset(described(tf))
    ),
}
SAME_WORDS = (
    "truncated record at",
    "corrupted record at",
    "No such file",
    "Excluding the header",
    "No files match",
    "in record is not a valid",
    "fields but have more",
    "is required but missing",
)


def refusal(tf, call):
    with pytest.raises(Exception) as caught:
        call(tf)
    return caught.value


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_refused_as_in_tensorflow(name):
    ours, theirs = refusal(tapeflow, REFUSED[name]), refusal(tensorflow, REFUSED[name])
    assert type(ours).__name__ == type(theirs).__name__, (ours, theirs)
    for words in SAME_WORDS:
        assert (words in str(ours)) == (words in str(theirs))


def test_elements_before_the_damage_are_given():
    iterator = iter(tapeflow.data.TFRecordDataset("cut"))
    assert next(iterator).numpy() == b"r0 0" and next(iterator).numpy() == b"r0 1"
    with pytest.raises(tapeflow.errors.DataLossError, match="truncated record at 40"):
        next(iterator)


def test_compressed_lines_that_are_cut_off_are_noticed():
    whole = gzip.compress(b"".join(b"line %d of many\n" % each for each in range(5000)))
    for length in (len(whole) // 2, len(whole) - 4):
        with open("cut.gz", "wb") as file:
            file.write(whole[:length])
        lines = []
        with pytest.raises(tapeflow.errors.DataLossError, match="cut off"):
            for each in tapeflow.data.TextLineDataset("cut.gz", "GZIP"):
                lines.append(each.numpy())
        assert len(lines) > 1000 and all(line.endswith(b"of many") for line in lines)


def test_records_written_are_read_by_both():
    for compression in ("", "GZIP"):
        for tf in (tapeflow, tensorflow):
            tf.data.experimental.TFRecordWriter("w", compression).write(
                tf.data.Dataset.from_tensor_slices(["a", "bc"])
            )
            for other in (tapeflow, tensorflow):
                assert list(other.data.TFRecordDataset("w", compression).as_numpy_iterator()) == [b"a", b"bc"]


def test_a_misspelled_compression_of_records_is_refused():
    with pytest.raises(tapeflow.errors.InvalidArgumentError, match="Unsupported compression_type"):
        tapeflow.data.TFRecordDataset("r0", "gzip")


def test_a_database_that_is_not_there_is_refused():
    absent = tapeflow.data.experimental.SqlDataset("sqlite", "absent/w.db", "select 1", tapeflow.int64)
    with pytest.raises(tapeflow.errors.InvalidArgumentError, match="Open"):
        list(absent)


def test_a_shuffled_table_has_all_rows():
    dataset = table(tapeflow, ["m.csv", "m.csv"], 4, shuffle=True, shuffle_seed=1)
    found = sorted([int(each) for batch in dataset for each in batch["id"]])
    assert found == [1, 1, 2, 2, 3, 3]
