"""Extension types: fields, constructors, specs, functions, control flow, data sets, saved models."""

import copy
import pickle
import tempfile
import typing

from tests.guides.program import attempt


def _masked(tf, parent=None):
    class MaskedTensor(parent or tf.experimental.ExtensionType):
        """A tensor with a mask."""

        values: tf.Tensor
        mask: tf.Tensor

        def with_values(self, values):
            return MaskedTensor(values, self.mask)

        def with_default(self, default):
            return tf.where(self.mask, self.values, default)

    return MaskedTensor


def making(tf):
    masked = _masked(tf)
    one = masked([1, 2, 3], [True, False, True])
    print(one, str(one), masked.__doc__)
    print(masked(values=[1.5], mask=[False]), one.values, one.with_default(0))
    attempt(lambda: masked([1]), "missing a required argument: 'mask'")
    attempt(lambda: masked([1], [True], 3))
    attempt(lambda: masked([1], None), "mask: expected a Tensor, got 'NoneType'")
    attempt(lambda: masked([1], mask=[[1], [2, 3]]), "mask: expected a Tensor, got 'list'")
    attempt(lambda: tf.experimental.ExtensionType(), "abstract")
    print(masked(tf.Variable([1.0]), tf.Variable([True])))


def immutability(tf):
    one = _masked(tf)([1, 2, 3], [True, False, True])
    attempt(
        lambda: setattr(one, "mask", [True]), "Cannot mutate attribute `mask` outside the custom constructor"
    )
    attempt(lambda: setattr(one, "other", 1), "Cannot mutate attribute `other`")
    attempt(lambda: delattr(one, "mask"), "Cannot mutate attribute `mask`")
    attempt(lambda: setattr(one._type_spec, "mask", None), "of ExtensionTypeSpec")
    attempt(lambda: one.other, "has no attribute 'other'")
    attempt(lambda: hash(one), "unhashable")


def kinds_of_fields(tf):
    class Everything(tf.experimental.ExtensionType):
        number: int
        real: float
        text: str
        flag: bool
        nothing: None
        raw: bytes
        shape: tf.TensorShape
        dtype: tf.DType
        ragged: tf.RaggedTensor
        sparse: tf.SparseTensor
        pair: typing.Tuple[int, tf.Tensor]  # noqa: UP006 - as programs have it
        many: tuple[tf.Tensor, ...]
        by_name: typing.Mapping[str, tf.Tensor]
        either: typing.Union[int, str, tf.Tensor]  # noqa: UP007
        perhaps: typing.Optional[tf.Tensor] = None  # noqa: UP045

    good = dict(
        number=1,
        real=1.5,
        text="a",
        flag=True,
        nothing=None,
        raw=b"b",
        shape=[1, None],
        dtype="float32",
        ragged=tf.ragged.constant([[1], [2, 3]]),
        sparse=tf.SparseTensor([[0]], [1], [2]),
        pair=[1, 2],
        many=[1, 2.5],
        by_name={"b": 1, "a": [2]},
        either=[1.5],
    )
    value = Everything(**good)
    print(value)
    print(value._type_spec)
    print(value.by_name["a"], list(value.by_name), value.many[1], value.either)
    print(Everything(**{**good, "either": 3}).either, Everything(**{**good, "perhaps": 1.0}).perhaps)
    for name, wrong in dict(
        number=1.5,
        real="x",
        text=b"x",
        flag=1,
        nothing=0,
        raw="b",
        shape="ab",
        dtype="int7",
        ragged=[[1]],
        sparse=tf.constant([1]),
        pair=[1],
        many=3,
        by_name=[1],
        perhaps={"a": 1},
    ).items():
        attempt(lambda name=name, wrong=wrong: Everything(**{**good, name: wrong}), f"{name}: expected")
    attempt(lambda: Everything(**{**good, "pair": ["a", 1]}), "pair[0]: expected 'int', got 'str'")
    attempt(lambda: Everything(**{**good, "by_name": {1: 1}}), "by_name[<key>]: expected 'str', got 'int'")
    attempt(
        lambda: Everything(**{**good, "by_name": {"k": {}}}), "by_name['k']: expected a Tensor, got 'dict'"
    )
    attempt(lambda: value.by_name.update({}))
    print([each.shape for each in tf.nest.flatten(value, expand_composites=True)])
    print(len(tf.nest.flatten(value)), tf.is_tensor(value), tf.nest.is_nested(value))


def annotations_that_are_none(tf):
    def made(annotation, **body):
        return type(tf.experimental.ExtensionType)(
            "Bad", (tf.experimental.ExtensionType,), {"__annotations__": {"x": annotation}, **body}
        )

    attempt(lambda: made(list), "In field 'x': Unsupported type annotation 'list'")
    attempt(lambda: made(typing.List[int]), "In field 'x': Unsupported type annotation")  # noqa: UP006
    attempt(lambda: made(typing.Any), "In field 'x': Unsupported type annotation")
    attempt(lambda: made(typing.Mapping[tf.Tensor, int]), "In field 'x': Mapping had a key")
    attempt(lambda: made(int, x="a"), "default value for x: expected 'int', got 'str'")
    attempt(lambda: made(int, y=3), "Field y is missing a type annotation")
    attempt(lambda: made(int, value_type=3), "Field 'value_type' is reserved")
    attempt(lambda: made(int, Spec=3))
    attempt(lambda: made("Unknown")(1), "x: Unsupported type annotation")


def defaults(tf):
    class Pencil(tf.experimental.ExtensionType):
        color: str = "black"
        has_eraser: bool = True
        length: tf.Tensor = 1.0
        name: str

    print(Pencil(name="a"))
    print(Pencil("red", length=0.5, name="b"))
    attempt(lambda: Pencil("red", True, 1.0, "c"), "too many positional arguments")
    attempt(lambda: Pencil(), "missing a required")


def constructors(tf):
    class Toy(tf.experimental.ExtensionType):
        name: str
        price: tf.Tensor

        def __init__(self, name, price, discount=0.0):
            self.name = name
            self.price = price * (1 - discount)

        def __validate__(self):
            assert self.price.shape.rank == 0, "one price"

        @property
        def label(self):
            return f"{self.name}!"

        @classmethod
        def free(cls):
            return cls("free", 0.0)

        def __add__(self, other):
            return Toy(self.name, self.price + other)

    print(Toy("ball", 5.0, discount=0.5), Toy("ball", 2).label, Toy.free() + 3.0)
    attempt(lambda: Toy("ball", tf.constant([1.0])), "one price")
    attempt(lambda: Toy(3, 1.0), "name: expected 'str', got 'int'")

    class Forgetful(tf.experimental.ExtensionType):
        name: str
        price: tf.Tensor

        def __init__(self, name):
            self.name = name

    attempt(lambda: Forgetful("a"), "Missing required fields: {'price'}")


def subclasses(tf):
    class Graph(tf.experimental.ExtensionType):
        source: tf.Tensor
        target: tf.Tensor

        def count(self):
            return tf.size(self.source)

    class WithFeatures(Graph):
        features: tf.Tensor

        def moved(self):
            sums = tf.math.unsorted_segment_sum(tf.gather(self.features, self.source), self.target, 3)
            return WithFeatures(self.source, self.target, sums)

    one = WithFeatures([0, 1], [1, 2], [1.0, 2.0, 3.0])
    print(one.moved(), one.count(), isinstance(one, Graph), WithFeatures.Spec.__mro__[0].__name__)
    print(one == Graph([0, 1], [1, 2]), one == WithFeatures([0, 1], [1, 2], [1.0, 2.0, 3.0]))


def equality(tf):
    masked = _masked(tf)
    one = masked([1, 2], [True, False])
    print(one == one, one != one, one == masked([1, 2], [True, True]), one != masked([1, 3], [True, False]))
    print(
        one == masked([[1, 2]], [[True, False]]), one == masked([1.0, 2.0], [True, False]), one == 3, one != 3
    )
    print(_masked(tf)([1, 2], [True, False]) == one)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)] * 2)
    def same(a, b):
        return masked(a, a > 1) == masked(b, b > 1)

    print(same([1, 2], [1, 2]), same([1, 2], [1, 3]))


def copies(tf):
    one = _masked(tf)([1, 2], [True, False])
    print(copy.copy(one), copy.deepcopy(one) == one)


def specs(tf):
    class Player(tf.experimental.ExtensionType):
        name: tf.Tensor
        attributes: typing.Mapping[str, tf.Tensor]
        team: str = "red"

    anne = Player("Anne", {"height": 8.3, "speed": 28.1})
    spec = tf.type_spec_from_value(anne)
    print(spec, spec.name, spec.attributes["speed"], spec.value_type is Player, type(spec) is Player.Spec)
    same = Player.Spec(
        tf.TensorSpec([], tf.string), {key: tf.TensorSpec([]) for key in ("height", "speed")}, "red"
    )
    print(
        spec == same, hash(spec) == hash(same), spec.is_compatible_with(same), spec.is_compatible_with(anne)
    )
    wide = Player.Spec(tf.TensorSpec(None, tf.string), spec.attributes, "red")
    print(spec.is_subtype_of(wide), wide.is_subtype_of(spec), wide.is_compatible_with(anne))
    print(spec.most_specific_common_supertype([wide]) == wide)
    blue = Player.Spec(spec.name, spec.attributes, "blue")
    print(spec == blue, spec.is_compatible_with(blue), spec.most_specific_common_supertype([blue]))
    attempt(lambda: Player.Spec("Anne", {}, "red"), "name: expected a TensorSpec, got 'str'")
    attempt(lambda: Player.Spec(tf.TensorSpec([])), "missing a required argument: 'attributes'")
    attempt(lambda: Player.Spec(tf.TensorSpec([]), {"a": 1}, "red"), "attributes['a']: expected a TensorSpec")
    packed = tf.nest.pack_sequence_as(spec, [tf.constant("a"), 1.0, 2.0], expand_composites=True)
    print(packed, tf.nest.map_structure(lambda x: x, anne, expand_composites=True))
    tf.nest.assert_same_structure(anne, Player("B", {"height": 1.0, "speed": 2.0}), expand_composites=True)
    attempt(lambda: tf.nest.assert_same_structure(anne, Player("B", {}), expand_composites=True))


def specs_of_ones_own(tf):
    class Masked(tf.experimental.ExtensionType):
        values: tf.Tensor
        mask: tf.Tensor
        shape = property(lambda self: self.values.shape)

        class Spec:
            def __init__(self, shape, dtype=tf.float32):
                self.values = tf.TensorSpec(shape, dtype)
                self.mask = tf.TensorSpec(shape, tf.bool)

            def __repr__(self):
                return f"Masked.Spec(shape={self.shape})"

            shape = property(lambda self: self.values.shape)

            @classmethod
            def scalar(cls):
                return cls([])

    print(
        Masked.Spec([2], tf.int32),
        Masked.Spec([2]).mask,
        Masked.Spec.scalar(),
        Masked([1], [True])._type_spec,
    )

    def wrong():
        class Wrong(tf.experimental.ExtensionType):
            x: tf.Tensor

            class Spec:
                x = 3

    attempt(wrong, "shadows a field")

    @tf.function(input_signature=[Masked.Spec([None], tf.int32)])
    def total(masked):
        return tf.reduce_sum(tf.where(masked.mask, masked.values, 0)), masked

    print(total(Masked([1, 2], [True, False])), total(Masked([1, 2, 3], [True, False, True]))[0])
    attempt(lambda: total(Masked([1.5], [True])))
    attempt(lambda: total(tf.constant([1])))


def arguments_and_results(tf):
    masked = _masked(tf)
    traces = []

    @tf.function
    def doubled(x, factor=2):
        traces.append(1)
        return {"value": x.with_values(x.values * factor), "pair": (x, x.values)}

    print(doubled(masked([1, 2], [True, False])))
    doubled(masked([3, 4], [True, True]))
    print(len(traces))
    doubled(masked([3, 4, 5], [True, True, True]))
    doubled(masked([3, 4], [True, True]), factor=3)
    print(len(traces))

    class Named(tf.experimental.ExtensionType):
        name: str
        x: tf.Tensor

    @tf.function
    def shown(named):
        traces.append(1)
        return Named(named.name + "!", named.x + 1.0)

    print(shown(Named("a", 1.0)), shown(Named("b", 1.0)), shown(Named("a", 2.0)), len(traces))
    concrete = shown.get_concrete_function(Named.Spec("c", tf.TensorSpec([None])))
    print(concrete(Named("c", [1.0, 2.0])), concrete.structured_input_signature)
    attempt(
        lambda: tf.function(lambda x: x, input_signature=[masked([1], [True])._type_spec])(masked([1], [1]))
    )
    print(tf.function(lambda x: tf.identity(x))(Named("a", 1.0)), tf.stop_gradient(Named("a", 2.0)))


def calls_of_python(tf):
    masked = _masked(tf)
    x = masked([1.0, 2.0], [True, False])

    def doubled(x):
        return x.with_values(x.values.numpy() * 2.0)

    print(tf.py_function(doubled, [x], x._type_spec))
    print(tf.function(lambda x: tf.py_function(doubled, [x], [x._type_spec])[0])(x))
    print(tf.py_function(lambda x, factor: x.values * factor, [x, 3.0], tf.float32))
    print(
        tf.py_function(
            lambda x: tf.ragged.constant([[1], [2, 3]]), [x], tf.RaggedTensorSpec([None, None], tf.int32)
        )
    )


def choices(tf):
    masked = _masked(tf)
    a = masked([1.0, 2, 3], [True, False, True])
    b = masked([22.0, 33, 108, 55], [True, True, True, False])
    print(
        tf.cond(tf.constant(True), lambda: a, lambda: b),
        tf.case([(tf.constant(False), lambda: a)], lambda: b),
    )
    print(tf.switch_case(tf.constant(1), [lambda: a, lambda: b]))

    @tf.function
    def chosen(which):
        return tf.cond(which, lambda: a, lambda: a.with_values(a.values * 2.0))

    print(chosen(tf.constant(True)), chosen(tf.constant(False)))

    class Other(tf.experimental.ExtensionType):
        x: tf.Tensor

    attempt(
        lambda: tf.function(lambda p: tf.cond(p, lambda: Other(1.0), lambda: a))(tf.constant(True)),
        "true_fn and false_fn",
    )


def loops(tf):
    masked = _masked(tf)
    start = masked([1.0, 2.0], [True, False])
    ended = tf.while_loop(
        lambda i, _: i < 10, lambda i, x: (i + 1, x.with_values(x.values + 3 / 7)), [0, start]
    )
    print(ended[0], ended[1])

    @tf.function
    def repeated(x):
        return tf.while_loop(lambda i, _: i < 3, lambda i, x: (i + 1, x.with_values(x.values * 2.0)), [0, x])[
            1
        ]

    print(repeated(start))

    @tf.function
    def converted(x, flag, count):
        if flag:
            x = masked(x, tf.less(x, 0))
        else:
            x = masked(x, tf.greater(x, 0))
        for _ in tf.range(count):
            x = x.with_values(x.values + 0.5)
        while tf.reduce_sum(x.values) < 10.0:
            x = x.with_values(x.values + 1.0)
        return x

    print(converted(tf.constant([1.0, -2, 3]), tf.constant(True), tf.constant(5)))
    print(converted(tf.constant([1.0, -2, 3]), tf.constant(False), tf.constant(7)))


def gradients(tf):
    masked = _masked(tf)
    x = masked([1.0, 2.0, 3.0], [True, False, True])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x.with_values(x.values**2.0)
        total = tf.reduce_sum(y.with_default(0.0))
    print(tape.gradient(total, x.values), tape.gradient(y.values, x.values))
    attempt(lambda: tape.gradient(total, x), "not supported as a gradient source")
    attempt(lambda: tape.gradient(y, x.values), "not supported as a gradient")

    @tf.function
    def slope(x):
        with tf.GradientTape() as tape:
            tape.watch(x.values)
            y = tf.reduce_sum(x.with_default(0.0) ** 3.0)
        return masked(tape.gradient(y, x.values), x.mask)

    print(slope(x))
    with tf.GradientTape() as outer:
        outer.watch(x.values)
        z = tf.reduce_sum(slope(x).values)
    print(outer.gradient(z, x.values))


def gradients_of_whole_values(tf):
    class OfValues:
        def get_gradient_components(self, value):
            return value.values

        def replace_gradient_components(self, value, gradient):
            return Weighted(gradient, value.mask)

    class Weighted(tf.experimental.ExtensionType):
        values: tf.Tensor
        mask: tf.Tensor
        __composite_gradient__ = OfValues()

    x = Weighted([1.0, 2.0], [True, False])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = Weighted(x.values**2.0, x.mask)
        total = tf.reduce_sum(tf.where(x.mask, x.values, 0.0) ** 3.0)
    print(tape.gradient(total, x), tape.gradient(y, x), tape.gradient(y, [x])[0], tape.gradient(y, x.values))
    print(tape.gradient(tf.constant(1.0), x))


def _network(tf):
    class Network(tf.experimental.BatchableExtensionType):
        shape: tf.TensorShape
        work: tf.Tensor
        bandwidth: tf.Tensor

        def __init__(self, work, bandwidth):
            self.work = tf.convert_to_tensor(work)
            self.bandwidth = tf.convert_to_tensor(bandwidth)
            self.shape = self.work.shape[:-1].merge_with(self.bandwidth.shape[:-2])

    return Network


def batches(tf):
    network = _network(tf)
    batch = network([[8.0, 5], [3, 2]], [[[0.0, 1], [1, 0]], [[0, 2], [2, 0]]])
    rows = tf.data.Dataset.from_tensor_slices(batch)
    print(rows.element_spec, len(rows))
    for each in rows:
        print(each)
    for each in rows.batch(2).map(lambda x: network(x.work * 2.0, x.bandwidth)):
        print(each)
    print(rows.batch(2, drop_remainder=True).element_spec, next(iter(rows.batch(2).unbatch())))
    for each in rows.shuffle(2, seed=1).repeat(2).filter(lambda x: x.work[0] > 3.0):
        print(each.work)

    def balanced(one):
        delta = (one.work[:, None] - one.work[None]) / 4.0
        delta = tf.clip_by_value(delta, -one.bandwidth, one.bandwidth)
        return network(one.work + tf.reduce_sum(delta, -1), one.bandwidth)

    print(tf.map_fn(balanced, batch))
    print(tf.map_fn(lambda x: tf.reduce_sum(x.work), batch, fn_output_signature=tf.float32))
    print(tf.vectorized_map(balanced, batch), tf.vectorized_map(lambda x: x.work * 2.0, batch))
    print(tf.function(lambda x: tf.map_fn(balanced, x))(batch))
    attempt(lambda: tf.map_fn(lambda x: x.work, batch), "Error in map_fn", "Expected `fn` to return a")
    attempt(lambda: list(tf.data.Dataset.from_tensors(batch).concatenate(rows)))
    of_two = tf.data.Dataset.from_generator(
        lambda: (network([float(k), 1.0], tf.eye(2)) for k in range(3)),
        output_signature=network([1.0, 2.0], tf.eye(2))._type_spec,
    )
    print([each.work.shape for each in of_two.batch(2)])

    @tf.function
    def summed(rows):
        total = 0.0
        for each in rows:
            total += tf.reduce_sum(each.work)
        return total

    print(summed(rows), rows.reduce(0.0, lambda total, x: total + x.work[0]))


def values_that_are_no_batches(tf):
    masked = _masked(tf)
    one = masked([1.0, 2.0], [True, False])
    print(list(tf.data.Dataset.from_tensors(one).map(lambda x: x.with_values(x.values * 2.0))))
    attempt(lambda: tf.data.Dataset.from_tensor_slices(one))
    attempt(lambda: tf.data.Dataset.from_tensors(one).batch(2))
    attempt(
        lambda: tf.map_fn(lambda x: masked(x, True), tf.constant([1.0]), fn_output_signature=one._type_spec),
        "map_fn can not generate",
    )
    attempt(lambda: tf.vectorized_map(lambda x: masked(x, x > 0.0), tf.constant([1.0])))


def values_within_values(tf):
    batchable = _masked(tf, tf.experimental.BatchableExtensionType)

    class Deep(tf.experimental.BatchableExtensionType):
        inner: batchable
        rows: tf.RaggedTensor
        by_name: typing.Mapping[str, tf.Tensor]
        size: tf.TensorShape
        label: str = "x"

    deep = Deep(
        batchable([1.0, 2.0], [True, False]),
        tf.ragged.constant([[1, 2], [3]]),
        {"a": [1, 2], "b": [3, 4]},
        [2],
    )
    rows = tf.data.Dataset.from_tensor_slices(deep)
    print(rows.element_spec)
    for each in rows:
        print(each)
    for each in rows.batch(2):
        print(each)
    print(tf.map_fn(lambda x: tf.reduce_sum(x.rows) + x.by_name["a"], deep, fn_output_signature=tf.int32))
    print(tf.function(lambda x: Deep(x.inner, x.rows * 2, x.by_name, x.size))(deep))


def encoders(tf):
    class Encoder(tf.experimental.ExtensionTypeBatchEncoder):
        """Keeps numbers as text, so that none of any length need agree."""

        def batch(self, spec, batch_size):
            return Numbers.Spec(tf.TensorSpec([batch_size], tf.string))

        def unbatch(self, spec):
            return Numbers.Spec(tf.TensorSpec([], tf.string))

        def encode(self, spec, value, minimum_rank=0):
            return {"text": tf.strings.join(["<", value.text])}

        def encoding_specs(self, spec):
            return {"text": spec.text}

        def decode(self, spec, encoded_value):
            return Numbers(tf.strings.substr(encoded_value["text"], 1, 9))

    class Numbers(tf.experimental.BatchableExtensionType):
        text: tf.Tensor
        __batch_encoder__ = Encoder()

    many = Numbers(["1", "22"])
    rows = tf.data.Dataset.from_tensor_slices(many)
    print(list(rows), list(rows.batch(2)), list(rows.batch(2).unbatch()), rows.batch(2).element_spec)
    print(tf.map_fn(lambda x: Numbers(tf.strings.join([x.text, "!"])), many))

    def wrong():
        class Wrong(tf.experimental.ExtensionType):
            x: tf.Tensor
            __batch_encoder__ = Encoder()

    attempt(wrong, "__batch_encoder__ should only be defined for BatchableExtensionType")


def saved_models(tf):
    class Stored(tf.experimental.ExtensionType):
        __name__ = "tests.guides.Stored"
        values: tf.Tensor
        mask: tf.Tensor
        label: str = "a"
        more: typing.Mapping[str, tf.Tensor] = {}

    class Model(tf.Module):
        def __init__(self):
            super().__init__()
            self.factor = tf.Variable(3.0)

        @tf.function
        def grow(self, x):
            return Stored(x.values * self.factor, x.mask, x.label, x.more)

    model = Model()
    model.grow.get_concrete_function(Stored.Spec(tf.TensorSpec(None), tf.TensorSpec(None, tf.bool), "a", {}))
    model.grow(Stored([1.0], [True], "b", {"k": 1}))
    folder = tempfile.mkdtemp()
    tf.saved_model.save(model, folder)
    loaded = tf.saved_model.load(folder)
    print(loaded.grow(Stored([1.0, 2.0], [True, False])), loaded.grow(Stored(5.0, True)))
    print(loaded.grow(Stored([2.0], [True], "b", {"k": 7})))
    attempt(
        lambda: loaded.grow(Stored([2.0], [True], "c", {"k": 7})), "Could not find matching concrete function"
    )
    attempt(lambda: loaded.grow(Stored([2], [True])), "Could not find matching concrete function")

    def again():
        class Again(tf.experimental.ExtensionType):
            __name__ = "tests.guides.Stored"
            values: tf.Tensor

    attempt(again, "already been registered")


def rows_of_ragged_and_sparse_saved(tf):
    class Model(tf.Module):
        @tf.function(input_signature=[tf.RaggedTensorSpec([None, None], tf.float32)])
        def doubled(self, x):
            return x * 2.0

        @tf.function(input_signature=[tf.SparseTensorSpec([None, None], tf.float32)])
        def summed(self, x):
            return tf.sparse.reduce_sum(x), x

    folder = tempfile.mkdtemp()
    tf.saved_model.save(Model(), folder)
    loaded = tf.saved_model.load(folder)
    print(loaded.doubled(tf.ragged.constant([[1.0, 2.0], [3.0]])))
    total, same = loaded.summed(tf.sparse.from_dense([[1.0, 0.0], [2.0, 3.0]]))
    print(total, tf.sparse.to_dense(same))


def pickles_of_parts(tf):
    class Pair(tf.experimental.ExtensionType):
        first: tf.Tensor
        rest: typing.Mapping[str, int]

    print(tf.experimental.extension_type.as_dict(Pair(1, {"a": 2})))
    attempt(lambda: pickle.dumps(Pair(1, {})))  # a class within a function
