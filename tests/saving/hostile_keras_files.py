"""Damaged and hostile files of Keras. Run as a program in a process of its own, it tries them all on tapeflow.

It prints one line of JSON for each file: its name, what loading it raised (class and message), seconds, and bytes of
memory that it took. Each is tried for a limited time, in a process of limited memory.
"""

import base64
import io
import json
import marshal
import os
import resource
import signal
import sys
import time
import zipfile

SECONDS = 20
MEMORY = 6 << 30
CASES = {}
"""Name of a case -> (ending of the file, function of the good file's bytes that gives the bad one's)."""


def case(ending, name):
    """Decorator: the function makes a bad file of the bytes of a good one."""

    def enter(make):
        assert name not in CASES, name
        CASES[name] = ending, make
        return make

    return enter


# ---- what is true of every kind of file ----

for _ending in (".keras", ".weights.h5", ".h5"):
    for _percent in (0, 1, 5, 20, 50, 80, 95):
        case(_ending, f"{_ending} cut off at {_percent}%")(
            lambda good, percent=_percent: good[: len(good) * percent // 100]
        )
    case(_ending, f"{_ending} cut off by a byte")(lambda good: good[:-1])
    case(_ending, f"{_ending} of zeros")(lambda good: bytes(len(good)))
    case(_ending, f"{_ending} of text")(lambda good: b"This is a model.\n" * 100)
    case(_ending, f"{_ending} of random bytes")(lambda good: __import__("random").Random(1).randbytes(5000))
    case(_ending, f"{_ending} whose beginning is lost")(lambda good: good[100:])
    case(_ending, f"{_ending} with a changed first byte")(lambda good: bytes([good[0] ^ 1]) + good[1:])
    case(_ending, f"{_ending} that is a pickle")(lambda good: b"cos\nsystem\n(S'touch RAN'\ntR.")


# ---- archives ----


def members(good):
    """The members of an archive, by name."""
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def archive(contents, compression=zipfile.ZIP_STORED):
    """An archive of members, given by a dict or by pairs of names (or ZipInfo) and bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as made:
        for name, content in contents.items() if isinstance(contents, dict) else contents:
            made.writestr(name, content)
    return file.getvalue()


def changed(good, **replaced):
    """The archive with other members; a member of None is left out."""
    names = {"config": "config.json", "weights": "model.weights.h5"}
    contents = members(good)
    for short, content in replaced.items():
        contents[names[short]] = content
    return archive({name: content for name, content in contents.items() if content is not None})


for _member in ("config", "weights"):
    case(".keras", f".keras without {_member}")(lambda good, member=_member: changed(good, **{member: None}))
    case(".keras", f".keras with nothing in {_member}")(
        lambda good, member=_member: changed(good, **{member: b""})
    )
case(".keras", ".keras that is an empty archive")(lambda good: archive({}))


@case(".keras", ".keras with a changed byte in its configuration")
def _(good):
    place = good.index(b'"class_name"') + 3
    return good[:place] + b"?" + good[place + 1 :]


@case(".keras", ".keras with a changed byte in its weights")
def _(good):
    weights = members(good)["model.weights.h5"]
    place = good.index(weights[:64]) + len(weights) * 2 // 3
    return good[:place] + bytes([good[place] ^ 0x40]) + good[place + 1 :]


@case(".keras", ".keras with a wrong checksum of its weights")
def _(good):
    place = good.rindex(b"PK\x01\x02")
    while b"model.weights.h5" not in good[place : place + 64]:
        place = good.rindex(b"PK\x01\x02", 0, place)
    return good[: place + 16] + b"\1\2\3\4" + good[place + 20 :]


@case(".keras", ".keras with a method of compression that is none")
def _(good):
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        place = good.index(signature)
        while place >= 0:
            good = good[: place + offset] + b"\x63\x00" + good[place + offset + 2 :]
            place = good.find(signature, place + 4)
    return good


@case(".keras", ".keras that says it is encrypted")
def _(good):
    place = good.find(b"PK\x01\x02")
    while place >= 0:
        good = good[: place + 8] + bytes([good[place + 8] | 1]) + good[place + 9 :]
        place = good.find(b"PK\x01\x02", place + 4)
    return good


@case(".keras", ".keras whose members say that they are huge")
def _(good):
    place = good.find(b"PK\x01\x02")
    while place >= 0:
        good = good[: place + 20] + b"\xfe\xff\xff\xff\xfe\xff\xff\xff" + good[place + 28 :]
        place = good.find(b"PK\x01\x02", place + 4)
    return good


def bomb(num_bytes):
    """Zeros, compressed a thousandfold, without taking the memory for them: pieces of a stream."""
    return b"0" * num_bytes


@case(".keras", ".keras whose configuration is a bomb")
def _(good):
    contents = members(good)
    contents["config.json"] = b"[" * (1 << 24)
    return archive(contents, zipfile.ZIP_DEFLATED)


def slip(name):
    """The archive with an asset that leads out of the folder for assets."""

    def make(good):
        contents = members(good)
        return archive([*contents.items(), ("assets/words.txt", b"a"), (name, b"slipped")])

    return make


case(".keras", ".keras with a member that climbs out")(slip("assets/../../../../RAN"))
case(".keras", ".keras with a member of an absolute path")(slip("/tmp/RAN-absolute"))


# ---- configurations ----


def configured(name):
    """Decorator: the function changes the configuration of a model, a dict, or gives another."""

    def enter(change):
        @case(".keras", f".keras {name}")
        def make(good):
            config = json.loads(members(good)["config.json"])
            found = change(config)
            found = config if found is None else found
            return changed(good, config=found if isinstance(found, bytes) else json.dumps(found).encode())

        return change

    return enter


for _words, _value in {
    "a list": [],
    "a number": 5,
    "null": None,
    "text": "Sequential",
    "empty": {},
}.items():
    configured(f"whose configuration is {_words}")(
        lambda config, value=_value: json.dumps(value).encode() if value is None else value
    )
configured("whose configuration is no JSON")(lambda config: b"{'class_name': 'Sequential'")
configured("whose configuration is no UTF-8")(lambda config: b'{"class_name": "\xff\xfe"}')
configured("whose configuration is nested very deeply")(
    lambda config: b'{"a":' * 100_000 + b"1" + b"}" * 100_000
)


def object_of(module, class_name, config=None, **more):
    """How Keras writes an object down."""
    return {
        "module": module,
        "class_name": class_name,
        "config": config or {},
        "registered_name": class_name,
        **more,
    }


def layers_of(config):
    return config["config"]["layers"]


CODE = base64.b64encode(marshal.dumps(compile("open('RAN', 'w')", "code", "exec"))).decode()
LAMBDA = object_of(
    "keras.layers",
    "Lambda",
    {
        "name": "lambda",
        "function": {
            "class_name": "__lambda__",
            "config": {"code": CODE, "defaults": None, "closure": None},
        },
    },
)
for _name, _object in {
    "a class that is not there": object_of("keras.layers", "NoSuchLayer"),
    "a class of a module that is not there": object_of("no.such.module", "Layer"),
    "a function of the operating system": object_of("os", "system", {"command": "touch RAN"}),
    "a process": object_of("subprocess", "Popen", {"args": ["touch", "RAN"]}),
    "an evaluation": object_of("builtins", "eval", {"source": "open('RAN', 'w')"}),
    "a function of Keras": object_of(
        "keras.utils", "get_file", {"fname": "RAN", "origin": "file:///etc/passwd"}
    ),
    "a private function of Keras": object_of("keras.src.saving.saving_lib", "save_model"),
    "a Lambda of bytecode": LAMBDA,
    "a wrapped Lambda of bytecode": object_of(
        "keras.layers", "TimeDistributed", {"name": "wrapper", "layer": LAMBDA}
    ),
    "an activation of bytecode": object_of(
        "keras.layers", "Activation", {"name": "a", "activation": LAMBDA["config"]["function"]}
    ),
    "a saved model": object_of("keras.layers", "TFSMLayer", {"filepath": "/tmp", "name": "saved"}),
    "a module of PyTorch": object_of("keras.layers", "TorchModuleWrapper", {"module": "gASVAA=="}),
    "a vocabulary of the machine": object_of(
        "keras.layers", "StringLookup", {"vocabulary": "/etc/passwd", "name": "lookup"}
    ),
    "a layer without a name": {"class_name": None, "config": {}},
    "a layer that is a number": 5,
    "units below zero": object_of("keras.layers", "Dense", {"units": -3, "name": "dense"}),
    "units that are text": object_of("keras.layers", "Dense", {"units": "many", "name": "dense"}),
    "units without number": object_of("keras.layers", "Dense", {"units": 1 << 50, "name": "dense"}),
    "an argument that is none": object_of("keras.layers", "Dense", {"units": 3, "no_such_argument": 1}),
    "a dtype that is none": object_of("keras.layers", "Dense", {"units": 3, "dtype": "float33"}),
    "an activation that is none": object_of("keras.layers", "Dense", {"units": 3, "activation": "nothing"}),
    "an initializer that is none": object_of(
        "keras.layers", "Dense", {"units": 3, "kernel_initializer": "no_such_initializer"}
    ),
}.items():

    @configured(f"with {_name}")
    def _(config, layer=_object):
        layers_of(config)[1] = layer


@configured("whose layers are no list")
def _(config):
    config["config"]["layers"] = "Dense"


@configured("with a layer that is missing")
def _(config):
    del layers_of(config)[1]


@configured("of other units")
def _(config):
    layers_of(config)[1]["config"]["units"] = 7


@configured("with an input without number")
def _(config):
    layers_of(config)[0]["config"]["batch_shape"] = [None, 1 << 50]


@configured("compiled with an optimizer that is none")
def _(config):
    config["compile_config"]["optimizer"] = object_of("keras.optimizers", "NoSuchOptimizer")


@configured("compiled with bytecode")
def _(config):
    config["compile_config"]["loss"] = LAMBDA["config"]["function"]


# ---- weights ----


def edited(good, change):
    """The bytes of an HDF5 file after `change(file)`."""
    import h5py

    file = io.BytesIO(good)
    with h5py.File(file, "r+") as opened:
        change(opened)
    return file.getvalue()


def datasets(file):
    """The names of the data sets in an HDF5 file that hold weights of layers, in order."""
    import h5py

    names = []
    file.visititems(
        lambda name, each: (
            names.append(name) if isinstance(each, h5py.Dataset) and "optimizer" not in name else None
        )
    )
    return names


def weights_change(name):
    """Decorator: the function changes weights in an open HDF5 file: of an archive, of weights, of an old model."""

    def enter(change):
        case(".weights.h5", f".weights.h5 {name}")(lambda good: edited(good, change))
        case(".h5", f".h5 {name}")(lambda good: edited(good, change))
        case(".keras", f".keras {name}")(
            lambda good: changed(good, weights=edited(members(good)["model.weights.h5"], change))
        )
        return change

    return enter


def replaced_first(file, make):
    name = datasets(file)[0]
    del file[name]
    make(file, name)


@weights_change("with weights of another shape")
def _(file):
    replaced_first(file, lambda file, name: file.create_dataset(name, data=[[1.0, 2.0]]))


@weights_change("with weights that say they are huge")
def _(file):
    shape = (1 << 30, 1 << 20)
    replaced_first(file, lambda file, name: file.create_dataset(name, shape, "f4", chunks=(1024, 1024)))


@weights_change("with weights of text")
def _(file):
    replaced_first(file, lambda file, name: file.create_dataset(name, data=[["a", "b", "c", "d"]] * 3))


@weights_change("with a group for weights")
def _(file):
    replaced_first(file, lambda file, name: file.create_group(name))


@weights_change("with weights that are missing")
def _(file):
    replaced_first(file, lambda file, name: None)


@weights_change("with weights in another file")
def _(file):
    import h5py

    def link(file, name):
        file[name] = h5py.ExternalLink("/etc/passwd", "/x")

    replaced_first(file, link)


@weights_change("with weights in the bytes of another file")
def _(file):
    replaced_first(
        file,
        lambda file, name: file.create_dataset(name, (4, 3), "f4", external=[("/etc/passwd", 0, 48)]),
    )


@weights_change("with weights that lead to themselves")
def _(file):
    import h5py

    def link(file, name):
        file[name] = h5py.SoftLink("/" + name)

    replaced_first(file, link)


@weights_change("with nothing in it")
def _(file):
    for name in list(file):
        del file[name]


# ---- old models ----


def attribute_change(name, attribute, value):
    """An old model with another attribute; None for one without it."""

    def change(file):
        if attribute in file.attrs:
            del file.attrs[attribute]
        if value is not None:
            file.attrs[attribute] = value(file) if callable(value) else value

    case(".h5", f".h5 {name}")(lambda good: edited(good, change))


def old_model(layer):
    """The configuration of an old model of one layer."""
    return json.dumps({"class_name": "Sequential", "config": {"name": "old", "layers": [layer]}})


attribute_change("without a configuration", "model_config", None)
attribute_change("whose configuration is no JSON", "model_config", "{")
attribute_change("whose configuration is a number", "model_config", 5)
attribute_change("whose configuration is a list", "model_config", "[]")
attribute_change(
    "of a class that is not there", "model_config", '{"class_name": "NoSuchModel", "config": {}}'
)
attribute_change(
    "with bytecode",
    "model_config",
    old_model(
        {"class_name": "Lambda", "config": {"function": [CODE, None, None], "function_type": "lambda"}}
    ),
)
attribute_change(
    "with a Lambda that names a function",
    "model_config",
    old_model(
        {
            "class_name": "Lambda",
            "config": {"function": "system", "function_type": "function", "module": "os", "name": "l"},
        }
    ),
)
attribute_change("of no layers", "model_config", '{"class_name": "Sequential", "config": {"name": "old"}}')
attribute_change("whose training configuration is no JSON", "training_config", "{")


def good_files(folder):
    """{ending: bytes} of a small model's three files."""
    import keras
    import numpy as np

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(2)])
    model.compile("adam", keras.losses.MeanSquaredError())
    model.train_on_batch(np.ones((2, 4)), np.ones((2, 2)))
    found = {}
    for ending in (".keras", ".weights.h5", ".h5"):
        path = os.path.join(folder, f"good{ending}")
        (model.save_weights if ending == ".weights.h5" else model.save)(path)
        with open(path, "rb") as file:
            found[ending] = file.read()
    return model, found


def try_all(folder):
    """Prints what each bad file raises when it is loaded."""
    import keras

    os.chdir(folder)
    model, good = good_files(folder)
    with open("/proc/self/statm") as told:
        base = int(told.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (base + MEMORY, base + MEMORY))

    def too_late(number, frame):
        raise TimeoutError(f"not done after {SECONDS} s")

    signal.signal(signal.SIGALRM, too_late)
    for name, (ending, make) in CASES.items():
        path = os.path.join(folder, f"bad{ending}")
        with open(path, "wb") as file:
            file.write(make(good[ending]))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.perf_counter()
        signal.alarm(SECONDS)
        try:
            if ending == ".weights.h5":
                model.load_weights(path)
            else:
                keras.saving.load_model(path)
            kind, message = None, "loaded"
        except BaseException as error:
            kind, message = type(error).__name__, str(error)
        finally:
            signal.alarm(0)
        seconds = time.perf_counter() - start
        taken = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
        print(json.dumps([name, kind, message, seconds, taken, os.path.exists("RAN")]), flush=True)


if __name__ == "__main__":
    import tapeflow

    tapeflow.install_as_tensorflow()
    try_all(sys.argv[1])
