"""Data sets on the disk: `save` and `load`, `snapshot`, and a cache in a file.

A saved data set is a folder with `dataset.json` and a folder of the files of one run, one for each shard. What a run
writes counts only when `dataset.json` names it, and that file is replaced as a whole: whoever is killed while saving
leaves what was there before. Folders of runs that came to nothing are removed by the next one that saves there.
"""

import contextlib
import json
import os
import shutil
import time
import uuid

from tapeflow.core.dtypes import int64, string
from tapeflow.core.errors import DataLossError, InvalidArgumentError, NotFoundError
from tapeflow.core.operands import as_tensor
from tapeflow.core.tensor import Tensor
from tapeflow.data import draws
from tapeflow.data.dataset import DatasetSpec, DatasetV2
from tapeflow.data.element_files import ElementWriter, check_specs, read_elements
from tapeflow.data.mapping import ElementFunction, call_once
from tapeflow.data.readers import in_turns
from tapeflow.data.stored_specs import as_document, from_document
from tapeflow.data.transformations import FromOne
from tapeflow.files.filesystem import path_text, system_errors
from tapeflow.files.replacement import replaced_file, synchronize_folder

_FORMAT = "tapeflow data set 1"
_NAME = "dataset.json"
_WRITING = "writing"
_WAIT = 0.1


def save(dataset, path, compression=None, shard_func=None, checkpoint_args=None):
    """Writes the elements of a data set to the folder `path`; what was saved there is replaced when all are written.

    compression: "GZIP" or None; shard_func: says of an element, as an int64 scalar, to which file it goes.
    InvalidArgumentError for results of another kind. The format is tapeflow's own.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "numbers")
    >>> tf.data.Dataset.range(3).save(path)
    >>> [int(x) for x in tf.data.Dataset.load(path)]
    [0, 1, 2]
    """
    if checkpoint_args is not None:
        raise NotImplementedError(
            "checkpoint_args is not here: `save` has the data set complete, or leaves what was there."
        )
    shard_of = None if shard_func is None else _ShardFunction(shard_func, dataset.element_spec)
    run = _Run(_folder(path), dataset.element_spec, compression)
    try:
        for element in dataset:
            run.write(element, 0 if shard_of is None else shard_of(element))
        run.finish()
    finally:
        run.close()


def load(path, element_spec=None, compression=None, reader_func=None, wait=False):
    """The data set that `save` wrote to the folder `path`; the elements of several files in turns.

    element_spec: what the elements must be, if it is known. reader_func: makes the data set of the data sets of the
    files. wait: waits until something is saved there. NotFoundError if nothing is; DataLossError for damaged files;
    InvalidArgumentError, while the elements are taken, if they are others. Files are found to be compressed or not.
    """
    folder = _folder(path)
    while wait and not os.path.exists(os.path.join(folder, _NAME)):
        time.sleep(_WAIT)
    if reader_func is not None and not callable(reader_func):
        raise ValueError(
            f"Argument `func` must be a callable. Received func={reader_func!r} (of type {type(reader_func)})"
        )
    return _read_by(reader_func, _Saved(folder), element_spec)


def snapshot(self, path, compression="AUTO", reader_func=None, shard_func=None, name=None):
    """The same elements. The first round to the end writes them to the folder `path`; later ones, also of other
    programs, read them there, whatever this data set would give.

    Arguments as of `save` and `load`; compression "AUTO" and "SNAPPY" are None.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "squares")
    >>> dataset = tf.data.Dataset.range(3).map(lambda x: x * x).snapshot(path)
    >>> [int(x) for x in dataset], [int(x) for x in dataset]
    ([0, 1, 4], [0, 1, 4])
    """
    return SnapshotDataset(self, path, compression, reader_func, shard_func)


class _Saved:
    """What `dataset.json` says: the spec and the files of the elements."""

    def __init__(self, folder):
        path = os.path.join(folder, _NAME)
        try:
            with open(path, "rb") as file:
                data = file.read()
        except (FileNotFoundError, NotADirectoryError):
            raise NotFoundError(
                None, None, f"tf.data snapshot element_spec file not found: {path}. Nothing is saved there."
            ) from None
        try:
            document = json.loads(data)
            if document["format"] != _FORMAT:
                raise ValueError(f"the format is {document['format']!r}")
            self.compression, run, self.counts = document["compression"], document["run"], document["shards"]
            if self.compression not in ("", "GZIP"):
                raise ValueError(f"the compression is {self.compression!r}")
            if not isinstance(run, str) or run != os.path.basename(run) or not run.startswith("run-"):
                raise ValueError(f"the name of the run is {run!r}")
            if not all([type(each) is int and each >= 0 for each in self.counts]):
                raise ValueError(f"the numbers of elements are {self.counts!r}")
            self.element_spec = from_document(document["spec"])
        except (ValueError, TypeError, KeyError, RecursionError, DataLossError) as error:
            raise DataLossError(None, None, f"{path} is damaged: {error}") from None
        self.run = run
        self.paths = [os.path.join(folder, run, _shard_name(each)) for each in range(len(self.counts))]


class _FileDataset(DatasetV2):
    """The elements of one file."""

    def __init__(self, path, count, compression, element_spec):
        super().__init__(element_spec, count)
        self._path, self._compression = path, compression

    def _elements(self):
        return read_elements(self._path, self._compression, self._element_spec)


class _DatasetOfFiles(DatasetV2):
    """The data sets of several files."""

    def __init__(self, files, element_spec):
        super().__init__(DatasetSpec(element_spec), len(files))
        self._files = files

    def _elements(self):
        return iter(self._files)


class _FilesDataset(DatasetV2):
    """The elements of several files in turns."""

    def __init__(self, files, element_spec):
        super().__init__(element_spec, sum([each._size for each in files]))
        self._files = files

    def _elements(self):
        return in_turns([each._elements() for each in self._files], max(len(self._files), 1))


def _read_by(reader_func, saved, element_spec):
    spec = saved.element_spec if element_spec is None else element_spec
    files = [
        _FileDataset(path, count, saved.compression, spec)
        for path, count in zip(saved.paths, saved.counts, strict=True)
    ]
    if reader_func is None:
        return _FilesDataset(files, spec)
    found = call_once(reader_func, _DatasetOfFiles(files, spec))
    if not isinstance(found, DatasetV2):
        raise InvalidArgumentError(
            None, None, f"`reader_func` must return a `Dataset` object. Got {type(found)}. [Op:MakeIterator]"
        )
    return found


class _ShardFunction(ElementFunction):
    """A user's function that says to which file an element goes."""

    def __call__(self, element):
        found = as_tensor(super().__call__(element))
        if found._dtype is not int64 or found.dims:
            raise InvalidArgumentError(
                None,
                None,
                "`shard_func` must return a scalar int64. Got "
                f"{found._dtype.name} of shape {list(found.dims)}. [Op:SaveDataset]",
            )
        return int(found)


class _Run:
    """The files that are written at a time. `close` removes them unless `finish` made them count."""

    def __init__(self, folder, element_spec, compression):
        self._folder, self._spec = folder, element_spec
        self._compression = "GZIP" if compression == "GZIP" else ""
        as_document(element_spec)  # an error comes before a file does
        self._name = f"run-{uuid.uuid4().hex}"
        self._path = os.path.join(folder, self._name)
        with system_errors(folder):
            os.makedirs(folder, exist_ok=True)
            with _alone_in(folder):  # nobody sees a folder whose mark is not locked yet
                os.mkdir(self._path)
                self._mark = open(os.path.join(self._path, _WRITING), "wb")  # noqa: SIM115, `close` closes it
                _lock(self._mark)
        self._shards = {}
        self._counts = False

    def write(self, element, shard):
        """Adds an element to a shard, any int."""
        if shard not in self._shards:
            with system_errors(self._path):
                file = open(os.path.join(self._path, _shard_name(len(self._shards))), "wb", buffering=1 << 17)  # noqa: SIM115
                self._shards[shard] = file, ElementWriter(file, self._spec, self._compression)
        with system_errors(self._path):
            self._shards[shard][1].write(element)

    def finish(self):
        """Has all that was written on the disk, and makes it what is saved."""
        counts = []
        with system_errors(self._path):
            for file, writer in self._shards.values():
                counts.append(writer.finish())
                file.flush()
                os.fsync(file.fileno())
                file.close()
            synchronize_folder(self._path)
            document = {
                "format": _FORMAT,
                "compression": self._compression,
                "run": self._name,
                "shards": counts,
                "spec": as_document(self._spec),
            }
            with replaced_file(os.path.join(self._folder, _NAME)) as file:
                file.write(json.dumps(document).encode())
        self._counts = True
        self._remove_others()

    def _remove_others(self):
        """Removes runs that do not count: those of others who still write are locked."""
        with contextlib.suppress(OSError), _alone_in(self._folder) as is_alone:
            for name in os.listdir(self._folder) if is_alone else ():
                # Who has let go of the lock before this one looks has also said, before, which run counts.
                if name.startswith("run-") and self._is_left(name) and name != _Saved(self._folder).run:
                    shutil.rmtree(os.path.join(self._folder, name), ignore_errors=True)

    def _is_left(self, name):
        """Whether nobody writes that run any more."""
        try:
            with open(os.path.join(self._folder, name, _WRITING), "rb") as mark:
                return name != self._name and _lock(mark)
        except FileNotFoundError:  # whoever began it, or was about to remove it, was killed
            return True

    def close(self):
        """Closes the files."""
        for file, _ in self._shards.values():
            file.close()
        if not self._counts:
            shutil.rmtree(self._path, ignore_errors=True)
        self._mark.close()


def _shard_name(number):
    return f"{number:05}.elements"


def _lock(file):
    """Whether the file could be locked: nobody else has it so. A lock ends with its process, however that ends."""
    try:
        import fcntl
    except ImportError:  # no such locks here: runs of others are left alone
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def _alone_in(folder):
    """Whether nobody else begins or removes runs in the folder meanwhile; False where there are no such locks."""
    try:
        import fcntl
    except ImportError:
        yield False
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(place, fcntl.LOCK_EX)
            is_alone = True
        except OSError:
            is_alone = False
        yield is_alone
    finally:
        os.close(place)


def _folder(path):
    if isinstance(path, Tensor):
        path = path.numpy()
    if not isinstance(path, str | bytes | os.PathLike):
        raise TypeError(f"Expected binary or unicode string, got {path!r}")
    return path_text(path)


class SnapshotDataset(FromOne):
    """The elements of a data set, or those of it that were written to a folder."""

    _kind = "_MapDataset"

    def __init__(self, source, path, compression, reader_func, shard_func):
        super().__init__(source)
        self._folder, self._compression = _folder(path), compression
        if reader_func is not None and not callable(reader_func):
            raise ValueError(f"Argument `func` must be a callable. Received func={reader_func!r}")
        self._reader = reader_func
        self._shard_of = None if shard_func is None else _ShardFunction(shard_func, source.element_spec)

    def _elements(self):
        drawn = draws.child()
        try:
            saved = _Saved(self._folder)
        except NotFoundError:
            yield from self._written(draws.writing_to(drawn, self._source._elements()))
            return
        check_specs(self.element_spec, saved.element_spec, self._folder)
        yield from _read_by(self._reader, saved, self.element_spec)._elements()

    def _written(self, elements):
        run = _Run(self._folder, self.element_spec, self._compression)
        try:
            for element in elements:
                run.write(element, 0 if self._shard_of is None else self._shard_of(element))
                yield element
            run.finish()
        finally:
            run.close()

    def _places(self):
        return None


class FileCacheDataset(FromOne):
    """The elements of a data set, kept in a file once all of them have been given.

    Until then they lie in a file of another name beside it, which nobody reads.
    """

    def __init__(self, source, filename):
        super().__init__(source)
        self._path = f"{path_text(as_tensor(filename, string).numpy())}.elements"

    def _elements(self):
        drawn = draws.child()
        if os.path.exists(self._path):
            yield from read_elements(self._path, "", self.element_spec)
            return
        with contextlib.ExitStack() as stack:
            with system_errors(self._path):
                file = stack.enter_context(replaced_file(self._path))
                writer = ElementWriter(file, self.element_spec)
            for element in draws.writing_to(drawn, self._source._elements()):
                with system_errors(self._path):
                    writer.write(element)
                yield element
            writer.finish()

    def _places(self):
        return None
