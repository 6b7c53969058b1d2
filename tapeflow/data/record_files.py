"""Files of records: data sets written to them, and batches of parsed Examples read from them."""

from tapeflow.core.dtypes import string
from tapeflow.core.spec import TensorSpec
from tapeflow.data.arguments import count_of
from tapeflow.data.cardinality import UNKNOWN_CARDINALITY
from tapeflow.data.dataset import DatasetV2
from tapeflow.data.listing import list_files
from tapeflow.data.readers import TFRecordDataset, compression_name, in_turns, path_names
from tapeflow.data.rearranged import RearrangedDataset
from tapeflow.data.transformations import FromOne
from tapeflow.files.filesystem import path_text
from tapeflow.files.records import RecordWriter
from tapeflow.files.replacement import replaced_path
from tapeflow.ops.example_parsing import features_parser


class TFRecordWriter:
    """Writes the elements of a data set of strings to a TFRecord file: `writer.write(dataset)`.

    compression_type: "", "GZIP" or "ZLIB". TypeError for data sets of other elements, NotFoundError if there is no such
    folder.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "words")
    >>> tf.data.experimental.TFRecordWriter(path).write(tf.data.Dataset.from_tensor_slices(["one", "two"]))
    >>> list(tf.data.TFRecordDataset(path).as_numpy_iterator())
    [b'one', b'two']
    """

    def __init__(self, filename, compression_type=None):
        self._path = path_text(filename)
        self._compression = compression_name(compression_type)

    def write(self, dataset):
        """Writes all elements; a file of this name is replaced."""
        if not isinstance(dataset, DatasetV2):
            raise TypeError(
                f"Invalid `dataset.` Expected a `tf.data.Dataset` object but got {type(dataset)}."
            )
        spec = dataset.element_spec
        if not isinstance(spec, TensorSpec) or spec.dtype is not string or spec.shape.rank != 0:
            raise TypeError(
                "Invalid `dataset`. Expected a `dataset` that produces scalar `tf.string` elements, but got a dataset "
                f"which produces elements of {spec}."
            )
        with replaced_path(self._path) as path:
            writer = RecordWriter(path, self._compression)
            try:
                for each in dataset:
                    writer.write(each._array[()])
            finally:
                writer.close()


class ParsedDataset(FromOne):
    """The features of each element, a vector of serialized Examples."""

    def __init__(self, source, features):
        spec = source.element_spec
        if not isinstance(spec, TensorSpec) or spec.dtype is not string or spec.shape.rank != 1:
            raise TypeError(
                f"Input dataset should be a dataset of vectors of strings. Instead it is `{spec!r}`."
            )
        self._features = dict(features)
        super().__init__(source, features_parser.specs(self._features, spec.shape[0]))

    def _elements(self):
        for each in self._source._elements():
            yield features_parser.parse(each, self._features)

    def _places(self):
        return None


def parse_example_dataset(features, num_parallel_calls=1, deterministic=None):
    """For `dataset.apply`: the features of elements that are vectors of serialized Examples, dicts as of
    `tf.io.parse_example`. ValueError without features, TypeError for other elements.
    """
    if features is None:
        raise ValueError("Argument `features` is required, but not specified.")
    return lambda dataset: ParsedDataset(dataset, features)


class _InTurns(FromOne):
    """The elements of the data sets that a function makes of each element, of `count` of them in turns."""

    def __init__(self, source, function, count):
        self._function, self._count = function, count
        super().__init__(source, TensorSpec([], string), UNKNOWN_CARDINALITY)

    def _elements(self):
        return in_turns((self._function(each)._elements() for each in self._source._elements()), self._count)

    def _places(self):
        return None


def make_batched_features_dataset(
    file_pattern,
    batch_size,
    features,
    reader=None,
    label_key=None,
    reader_args=None,
    num_epochs=None,
    shuffle=True,
    shuffle_buffer_size=10000,
    shuffle_seed=None,
    prefetch_buffer_size=None,
    reader_num_threads=None,
    parser_num_threads=None,
    sloppy_ordering=False,
    drop_final_batch=False,
):
    """Batches of the features of Examples in files: dicts as of `tf.io.parse_example`.

    file_pattern: a pattern of paths or a list of them; reader: makes a data set of strings of a path and `reader_args`,
    `tf.data.TFRecordDataset` if it is left out. label_key: the feature that is given apart, as the second part of a
    pair. num_epochs: how often the Examples are given, None for ever; then all batches are full. InvalidArgumentError
    if no file fits, ValueError for a label that is no feature.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "examples")
    >>> feature = tf.train.Feature(int64_list=tf.train.Int64List(value=[7]))
    >>> with tf.io.TFRecordWriter(path) as writer:
    ...     example = tf.train.Example(features=tf.train.Features(feature={"x": feature}))
    ...     writer.write(example.SerializeToString())
    >>> dataset = tf.data.experimental.make_batched_features_dataset(
    ...     path, 2, {"x": tf.io.FixedLenFeature([], tf.int64)}, num_epochs=1)
    >>> [batch["x"].numpy().tolist() for batch in dataset]
    [[7]]
    """
    paths = list_files(file_pattern, bool(shuffle), shuffle_seed)
    read = TFRecordDataset if reader is None else reader
    dataset = _InTurns(
        path_names(paths),
        lambda path: read(path, *(reader_args or ())),
        1 if reader_num_threads in (None, -1) else count_of(reader_num_threads),
    )
    if shuffle:
        dataset = dataset.shuffle(shuffle_buffer_size, shuffle_seed)
    if num_epochs != 1:
        dataset = dataset.repeat(num_epochs)
    dataset = dataset.batch(batch_size, drop_remainder=bool(drop_final_batch) or num_epochs is None)
    dataset = ParsedDataset(dataset, features)
    if label_key is not None:
        if label_key not in features:
            raise ValueError(
                f"The `label_key` provided ({label_key}) must be one of the `features` keys: {features.keys()}."
            )
        dataset = RearrangedDataset(dataset, lambda found: _with_label(found, label_key))
    return dataset.prefetch(1 if prefetch_buffer_size is None else prefetch_buffer_size)


def _with_label(features, key):
    return {name: value for name, value in features.items() if name != key}, features[key]
