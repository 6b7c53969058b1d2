"""What makes a new trace, and what does not: dtypes, shapes, Python values, structure, identity."""

import collections
import dataclasses
import enum
import functools

import numpy as np

from tests.function.case import Traced, case, known_different, refused, traces


class Color(enum.Enum):
    RED = 1
    GREEN = 2


Pair = collections.namedtuple("Pair", "first second")
Swapped = collections.namedtuple("Swapped", "first second")


def first(x, *rest):
    return x


@case
def dtypes_are_traced_one_by_one(tf):
    yield traces(
        tf, lambda x: x + x, *[(tf.constant(1, each),) for each in ("int32", "float32", "int32", "int64")]
    )


@case
def shapes_are_traced_one_by_one_until_relaxed(tf):
    yield traces(tf, lambda x: x + x, *[(tf.zeros([k]),) for k in (1, 1, 2, 3, 4, 5, 1, 9)])


@case
def ranks_are_traced_one_by_one(tf):
    yield traces(tf, lambda x: x + x, *[(tf.zeros([1] * k),) for k in (0, 1, 2, 3, 0, 1)])


@case
def values_of_tensors_are_no_part_of_the_key(tf):
    yield traces(tf, lambda x: x + x, *[(tf.constant(k),) for k in range(5)])


@case
def python_integers_are_traced_by_value(tf):
    yield traces(tf, first, (1,), (2,), (1,), (3,), (2,))


@case
def python_floats_are_traced_by_value(tf):
    yield traces(tf, first, (1.0,), (2.0,), (1.0,), (0.5,))


@known_different
def integers_floats_and_booleans_that_are_equal(tf):
    """Python values are told apart by type, too: TensorFlow serves 1.0 and True by the trace of 1."""
    yield traces(tf, first, (1,), (1.0,), (True,), (1,), (1.0,), (True,))


@known_different
def zero_and_false(tf):
    """Python values are told apart by type, too."""
    traced = Traced(tf, lambda x: tf.constant(str(x)))
    yield [traced(each) for each in (0, False, 0.0, 0, False, 0.0)], traced.counts


@case
def strings_are_traced_by_value(tf):
    yield traces(tf, lambda x: tf.constant(len(x)), ("a",), ("b",), ("a",), (b"a",), (b"a",))


@case
def none_is_a_value(tf):
    yield traces(tf, lambda x: tf.constant(x is None), (None,), (1,), (None,))


@case
def numpy_arrays_become_tensors(tf):
    yield traces(tf, lambda x: x + 1, (np.ones(2),), (np.zeros(2),), (tf.ones(2, "float64"),), (np.ones(3),))


@case
def numpy_scalars_become_tensors(tf):
    yield traces(tf, lambda x: x + 1, (np.float32(1),), (np.float32(2),), (tf.constant(1.0),), (np.int32(2),))


@case
def numpy_arrays_inside_the_function(tf):
    kinds = []

    @tf.function
    def f(x):
        kinds.append((tf.is_tensor(x), x.dtype.name))
        return x

    yield f(np.arange(3)), f(np.float64(3.0)), f(np.array(True)), f(np.array(["a", "b"])), kinds


@case
def dtype_objects_are_traced_by_value(tf):
    yield traces(tf, lambda d: tf.zeros([], d), (tf.int32,), (tf.float32,), (tf.int32,))


@case
def types_are_traced_by_identity(tf):
    yield traces(tf, lambda d: tf.constant(d.__name__), (int,), (float,), (int,))


@case
def shapes_as_arguments_are_traced_by_value(tf):
    calls = [(tf.TensorShape([2]),), (tf.TensorShape([3]),), (tf.TensorShape([2]),)]
    yield traces(tf, lambda s: tf.zeros(s), *calls)


@case
def enumeration_members_are_traced_by_value(tf):
    yield traces(tf, lambda c: tf.constant(c.value), (Color.RED,), (Color.GREEN,), (Color.RED,))


@case
def functions_are_traced_by_identity(tf):
    def once(x):
        return x

    def twice(x):
        return x + x

    yield traces(tf, lambda f, x: f(x), *[(f, tf.constant(3)) for f in (once, twice, once, tf.square, twice)])


@case
def objects_are_traced_by_identity(tf):
    class Thing:
        pass

    a, b = Thing(), Thing()
    yield traces(tf, lambda t: tf.constant(1), (a,), (b,), (a,), (b,))


@case
def objects_with_equality_are_traced_by_equality(tf):
    class Thing:
        def __init__(self, value):
            self.value = value

        def __eq__(self, other):
            return isinstance(other, Thing) and self.value == other.value

        def __hash__(self):
            return hash(self.value)

    a, b, c = Thing(1), Thing(1), Thing(2)
    yield traces(tf, lambda t: tf.constant(1), (a,), (b,), (c,), (a,))


@case
def an_object_that_is_changed_is_not_traced_again(tf):
    class Thing:
        value = 1

    thing = Thing()
    traced = Traced(tf, lambda t: tf.constant(t.value))
    yield traced(thing)
    thing.value = 2
    yield traced(thing), traced.counts


@case
def a_dead_object_does_not_serve_another(tf):
    class Thing:
        def __init__(self, value):
            self.value = value

    traced = Traced(tf, lambda t: tf.constant(t.value))
    yield [traced(Thing(k)) for k in range(4)], traced.counts


@case
def unhashable_objects(tf):
    class Thing:
        __hash__ = None

    yield refused(lambda: tf.function(lambda t: tf.constant(1))(Thing()))


@case
def sets_are_refused(tf):
    yield refused(
        lambda: tf.function(lambda t: tf.constant(len(t)))({1, 2}), "Could not generate a generic TraceType"
    )


@case
def frozen_sets_are_traced_by_value(tf):
    calls = [(frozenset([1, 2]),), (frozenset([2, 1]),), (frozenset([3]),)]
    yield traces(tf, lambda s: tf.constant(len(s)), *calls)


@case
def ranges_are_traced_by_value(tf):
    yield traces(tf, lambda r: tf.constant(len(r)), (range(3),), (range(3),), (range(4),))


@case
def lists_and_tuples_differ(tf):
    x = tf.constant(1)
    yield traces(tf, lambda s: s[0], ([x],), ((x,),), ([x],), ((x,),))


@case
def the_length_of_a_list_is_structure(tf):
    x = tf.constant(1)
    yield traces(tf, lambda s: s[0], ([x],), ([x, x],), ([x],), ([x, x, x],))


@known_different
def values_in_lists_are_part_of_the_key(tf):
    """Python values are told apart by type, too."""
    yield traces(tf, lambda s: tf.constant(s), ([1, 2],), ([1, 3],), ([1, 2],), ([1.0, 2],))


@case
def dictionaries_are_traced_by_keys_in_any_order(tf):
    x, y = tf.constant(1), tf.constant(2)
    yield traces(
        tf, lambda d: d["a"], ({"a": x, "b": y},), ({"b": y, "a": x},), ({"a": x},), ({"a": x, "c": y},)
    )


@known_different
def an_ordered_dictionary_is_not_a_dictionary(tf):
    """Kinds of dictionaries are told apart; TensorFlow gives the function the kind that came first."""
    x = tf.constant(1)
    calls = [({"a": x},), (collections.OrderedDict(a=x),), (collections.defaultdict(int, a=x),), ({"a": x},)]
    yield traces(tf, lambda d: d["a"], *calls)


@case
def dictionaries_keep_their_order_inside(tf):
    orders = []

    @tf.function
    def f(d):
        orders.append(list(d))
        return d

    yield (
        list(f({"b": tf.constant(1), "a": tf.constant(2)})),
        list(f({"a": tf.constant(1), "b": tf.constant(2)})),
    )
    yield orders


@case
def named_tuples_are_traced_by_their_type(tf):
    x, y = tf.constant(1), tf.constant(2)
    calls = [(Pair(x, y),), (Pair(y, x),), (Swapped(x, y),), ((x, y),)]
    yield traces(tf, lambda p: p[0] - p[1], *calls)


@case
def nested_structures_arrive_as_they_were(tf):
    x = tf.constant(1.0)

    @tf.function
    def f(s):
        yes = type(s).__name__, type(s["a"]).__name__, type(s["a"][1]).__name__, type(s["b"]).__name__
        seen.append(yes)
        return s["a"][1].first + s["a"][0], s

    seen = []
    yield f({"a": [x, Pair(x, 2)], "b": (x, None)}), seen


@case
def ragged_tensors_are_traced_by_their_spec(tf):
    calls = [([[1, 2], [3]],), ([[1], [2, 3]],), ([[1], [2], [3]],), ([[1.0], []],), ([[[1]], []],)]
    yield traces(tf, lambda r: r.flat_values, *[(tf.ragged.constant(each[0]),) for each in calls])


@case
def sparse_tensors_are_traced_by_their_spec(tf):
    def sparse(size, dtype="float32"):
        return tf.SparseTensor([[0, 0]], tf.constant([1], dtype), [size, 2])

    yield traces(tf, lambda s: s.values, (sparse(2),), (sparse(2),), (sparse(3),), (sparse(2, "int32"),))


@case
def indexed_slices_as_arguments(tf):
    def slices(value):
        return tf.IndexedSlices(tf.constant([[value]]), tf.constant([1]), tf.constant([3, 1]))

    yield traces(tf, lambda s: tf.convert_to_tensor(s), (slices(1.0),), (slices(2.0),))
    yield tf.function(lambda s: s)(slices(2.0))


@known_different
def variables_of_one_kind_are_traced_once(tf):
    """Variables are told apart by identity."""
    a, b = tf.Variable(1.0), tf.Variable(2.0)
    traced = Traced(tf, lambda v: v + 1)
    yield traced(a), traced(b), traced(a), traced.counts


@case
def the_same_variable_twice_is_not_two(tf):
    a, b = tf.Variable(1.0), tf.Variable(2.0)
    traced = Traced(tf, lambda v, w: v.assign(5.0) + w)
    yield traced(a, b), traced(a, a), traced.counts


@case
def variables_of_other_dtypes_and_shapes(tf):
    variables = tf.Variable(1.0), tf.Variable(1), tf.Variable([1.0]), tf.Variable(1.0, trainable=False)
    yield traces(tf, lambda v: v + 1, *[(each,) for each in variables])


@known_different
def a_variable_and_a_tensor_differ(tf):
    """Variables are told apart by identity."""
    yield traces(tf, lambda v: v + 1, (tf.Variable(1.0),), (tf.constant(1.0),), (tf.Variable(1.0),))


@case
def a_variable_is_assigned_through_an_argument(tf):
    v, w = tf.Variable(1.0), tf.Variable(10.0)
    f = tf.function(lambda v: v.assign_add(1.0))
    yield f(v), f(v), f(w), v, w


@case
def keyword_and_positional_calls_share_a_trace(tf):
    @tf.function
    def f(x, y=2):
        seen.append(1)
        return x + y

    seen = []
    x = tf.constant(1)
    yield f(x), f(x, 2), f(x, y=2), f(x=x), f(y=2, x=x), len(seen)


@case
def defaults_that_are_tensors(tf):
    @tf.function
    def f(x, y=tf.constant(5)):  # noqa: B008
        seen.append(1)
        return x + y

    seen = []
    yield f(tf.constant(1)), f(tf.constant(1), tf.constant(6)), len(seen)


@case
def further_positional_arguments(tf):
    traced = Traced(tf, lambda *args: tf.add_n(args))
    x = tf.constant(1.0)
    yield traced(x), traced(x, x), traced(x, x, x), traced(x, x), traced.counts


@case
def further_keyword_arguments(tf):
    traced = Traced(tf, lambda **kwargs: kwargs["a"] + len(kwargs))
    x = tf.constant(1)
    yield traced(a=x), traced(a=x, b=x), traced(b=x, a=x), traced(a=x, c=x), traced.counts


@case
def keyword_only_arguments(tf):
    @tf.function
    def f(x, *, scale, bias=1):
        seen.append(1)
        return x * scale + bias

    seen = []
    x = tf.constant(2)
    yield f(x, scale=3), f(x, bias=1, scale=3), f(x, scale=x), f(x, scale=x, bias=x), len(seen)
    yield refused(lambda: f(x))


@case
def reduced_retracing_of_shapes(tf):
    calls = [(tf.zeros([k]),) for k in (1, 2, 3, 4, 1, 2)]
    yield traces(tf, lambda x: x + x, *calls, reduce_retracing=True)


@case
def reduced_retracing_of_two_axes(tf):
    shapes = [(1, 2), (1, 3), (2, 3), (4, 5), (1, 2), (7, 7)]
    yield traces(tf, lambda x: x + x, *[(tf.zeros(each),) for each in shapes], reduce_retracing=True)


@case
def reduced_retracing_sees_unknown_sizes(tf):
    shapes = []

    def f(x):
        shapes.append(x.shape.as_list())
        return tf.reduce_sum(x) + tf.cast(tf.shape(x)[0], "float32")

    traced = tf.function(f, reduce_retracing=True)
    yield [traced(tf.ones([k, 2])) for k in (1, 2, 3, 7)], shapes


@case
def reduced_retracing_of_python_values(tf):
    yield traces(tf, first, *[(k,) for k in (1, 2, 3, 4, 1)], reduce_retracing=True)


@case
def reduced_retracing_of_nests(tf):
    def nested(k):
        return ({"a": tf.zeros([k, 2]), "b": [tf.zeros([3])]},)

    yield traces(tf, lambda d: d["a"] + 1, *[nested(k) for k in (1, 2, 3, 4)], reduce_retracing=True)


@case
def partials_are_called_with_the_rest(tf):
    def f(x, y, scale=1):
        seen.append(1)
        return (x - y) * scale

    seen = []
    g = tf.function(functools.partial(f, tf.constant(10), scale=3))
    yield g(tf.constant(1)), g(y=tf.constant(2)), g(tf.constant(2), scale=5), len(seen)


@case
def callable_objects(tf):
    class Layer:
        def __init__(self):
            self.w = tf.Variable(2.0)
            self.count = 0

        def __call__(self, x):
            self.count += 1
            return x * self.w

    layer = Layer()
    f = tf.function(layer)
    yield f(tf.constant(3.0)), f(tf.constant(4.0)), layer.count


@case
def bound_methods(tf):
    class Layer:
        def __init__(self, w):
            self.w = tf.Variable(w)

        def call(self, x):
            return x * self.w

    f = tf.function(Layer(2.0).call)
    layer = Layer(5.0)
    yield tf.function(layer.call)(tf.constant(3.0))
    yield refused(lambda: f(tf.constant(3.0)))[0] in ("passes", "ReferenceError")


@case
def methods_are_traced_for_each_instance(tf):
    class Layer:
        def __init__(self, w):
            self.w = tf.Variable(w)
            self.count = 0

        @tf.function
        def __call__(self, x, *, bias=0.0):
            self.count += 1
            return x * self.w + bias

    a, b = Layer(2.0), Layer(3.0)
    x = tf.constant(1.0)
    yield a(x), b(x), a(x), b(x, bias=1.0), a.count, b.count


@case
def a_method_under_the_name_of_its_class(tf):
    class Layer:
        w = 3

        @tf.function
        def call(self, x):
            return x * self.w

    layer = Layer()
    yield Layer.call(layer, tf.constant(2)), layer.call(tf.constant(2)), layer.call is not None


@case
def static_and_class_methods(tf):
    class Layer:
        w = 3

        @staticmethod
        @tf.function
        def still(x):
            return x + 1

        @classmethod
        @tf.function
        def of_class(cls, x):
            return x * cls.w

    yield Layer.still(tf.constant(1)), Layer().still(tf.constant(1)), Layer.of_class(tf.constant(2))


@case
def methods_of_subclasses(tf):
    class Base:
        @tf.function
        def call(self, x):
            return x + self.amount()

        def amount(self):
            return 1

    class Further(Base):
        def amount(self):
            return 2

        @tf.function
        def call(self, x):
            return super().call(x) * 10

    base, further = Base(), Further()  # TensorFlow's methods do not keep their object alive
    yield base.call(tf.constant(1)), further.call(tf.constant(1))


@case
def a_function_in_a_function_is_traced_with_it(tf):
    seen = []

    @tf.function
    def inner(x):
        seen.append("inner")
        return x * 2

    @tf.function
    def outer(x):
        seen.append("outer")
        return inner(x) + inner(x + 1)

    yield outer(tf.constant(1)), outer(tf.constant(2)), inner(tf.constant(3)), list(seen)
    yield inner.experimental_get_tracing_count(), outer.experimental_get_tracing_count()


@case
def a_function_calls_itself_to_a_known_depth(tf):
    @tf.function
    def power(x, n):
        return tf.ones_like(x) if n == 0 else x * power(x, n - 1)

    yield power(tf.constant(2.0), 5), power.experimental_get_tracing_count()


@case
def dataclasses_are_traced_by_identity_or_structure(tf):
    @dataclasses.dataclass(frozen=True)
    class Options:
        scale: int

    traced = Traced(tf, lambda x, o: x * o.scale)
    x = tf.constant(2)
    yield [traced(x, Options(k)) for k in (3, 3, 4)], traced.counts


@case
def lambdas_in_arguments_are_traced_each_time(tf):
    traced = Traced(tf, lambda f, x: f(x))
    yield [traced(lambda x: x + 1, tf.constant(k)) for k in (1, 2, 3)], traced.counts


@case
def complex_numbers_and_an_ellipsis_are_values(tf):
    yield traces(tf, lambda v: tf.constant(1), (1j,), (2j,), (1j,), (...,), (...,))
    yield refused(lambda: tf.function(lambda v: tf.constant(1))(slice(1, 2)), "hashable")


@case
def a_captured_python_value_is_frozen(tf):
    amount = [1]
    f = tf.function(lambda x: x + amount[0])
    yield f(tf.constant(1))
    amount[0] = 5
    yield f(tf.constant(1)), f(tf.constant(1.0))


@case
def a_captured_variable_is_not_frozen(tf):
    v = tf.Variable(1)
    f = tf.function(lambda x: x + v)
    yield f(tf.constant(1))
    v.assign(5)
    yield f(tf.constant(1))


@case
def not_a_number_is_a_value(tf):
    nan = float("nan")
    yield traces(tf, lambda x: tf.constant(x), (nan,), (nan,), (float("nan"),))


@case
def branches_number_rows_alike(tf):
    v = tf.Variable(tf.ones([4, 2]))

    def rows(places):
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(tf.gather(v, places) * tf.constant([[2.0, 3.0]]))
        return tape.gradient(y, [v])

    f = tf.function(lambda p, a, b: tf.cond(p, lambda: rows(a), lambda: rows(b)))
    for choice in (True, False):
        (found,) = f(tf.constant(choice), tf.constant([1, 2]), tf.constant([3, 1, 1], tf.int64))
        yield isinstance(found, tf.IndexedSlices), found.indices, tf.convert_to_tensor(found)


@case
def a_choice_between_lists_of_one_tensor_is_a_list(tf):
    def choose(x):
        return tf.cond(x > 1.0, lambda: [x], lambda: [x + 1.0])

    yield choose(tf.constant(1.0)), tf.function(choose)(tf.constant(1.0))
