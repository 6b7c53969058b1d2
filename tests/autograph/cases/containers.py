"""Attributes, items, lists, dicts, tuples and tensor arrays that branches and loops change."""

import collections

from tests.autograph.library import tf
from tests.autograph.table import beyond, case, differs, floats, minus, one, t, three, vector

Point = collections.namedtuple("Point", ["x", "y"])


class Model:
    """A class with state in attributes."""

    def __init__(self):
        self.total = 0

    @property
    def doubled(self):
        return self.total * 2


@case((one,), (minus,))
def tuples_in_branches(a):
    if a > 0:
        pair = (a, {"k": a + 1})
    else:
        pair = (a - 1, {"k": a})
    return pair


@case((vector,))
def python_branch_is_not_traced_twice(a):
    log = []
    if len(a.shape) == 1:
        log.append("rank 1")
    else:
        log.append("other")
        raise AssertionError("not taken")
    return a + len(log)


@differs((one,), (minus,))
def list_of_the_function_changed_by_branches(a):
    """The list is what Python makes of it; TensorFlow leaves in it what both branches have appended while traced."""
    log = []
    if a > 0:
        log.append("then")
    else:
        log.append("else")
    return tf.constant(len(log)) + 0 * a


@case((one,), (minus,))
def dictionary_item(a):
    d = {"k": a, "other": 5}
    if a > 0:
        d["k"] = a * 10
    return d


@case((one,), (minus,))
def attribute(a):
    class Box:
        pass

    box = Box()
    box.value = a
    box.name = "box"
    if a > 0:
        box.value = a * 10
    else:
        box.value = a * 20
    return box.value, box.name


@case((one,), (minus,))
def new_attribute_in_both(a):
    class Box:
        pass

    box = Box()
    if a > 0:
        box.value = a * 10
    else:
        box.value = a * 20
    return box.value


@case((three,))
def state_in_structures(n):
    state = {"sum": tf.constant(0), "pair": (tf.constant(1), tf.constant(2.0))}
    for i in tf.range(n):
        a, b = state["pair"]
        state = {"sum": state["sum"] + i, "pair": (a * 2, b + 0.5)}
    return state


@case((three,))
def item_in_loop(n):
    d = {"k": tf.constant(1)}
    for i in tf.range(n):
        d["k"] = d["k"] * 2 + i
    return d


@case((three,))
def attribute_in_loop(n):
    class Box:
        pass

    box = Box()
    box.total = tf.constant(0)
    for i in tf.range(n):
        box.total += i
    return box.total


@case((floats,))
def list_appended_in_python_loop(a):
    found = []
    for i in range(3):
        found.append(a * i)
    return tf.stack(found), len(found)


@case((floats,))
def appended_by_branch(a):
    found = []
    found.append(a)
    if len(found) == 1:
        found.append(a * 2.0)
    return tf.concat(found, 0)


@case((three,))
def tensor_array_in_loop(n):
    array = tf.TensorArray(tf.int32, size=n)
    for i in tf.range(n):
        array = array.write(i, i * i)
    return array.stack()


@case((vector,))
def slices_assigned_to_lists(a):
    rows = [a, a + 1.0, a + 2.0]
    rows[1] = a * 0.0
    return rows


@case((t(1),), (t(-1),))
def branches_of_tuples(x):
    a, b = x, 2 * x
    if x > 0:
        a, b = b, a
    return a, b


@case((t(1),), (t(-1),))
def branches_of_dicts(x):
    if x > 0:
        y = {"a": x, "b": x + 1}
    else:
        y = {"a": -x, "b": x}
    return y


@case((t(1),), (t(-1),))
def branches_of_dicts_with_other_keys(x):
    if x > 0:
        y = {"a": x}
    else:
        y = {"b": x}
    return y


@case((t(4),))
def python_list_appended_by_a_python_loop(x):
    found = []
    for i in range(3):
        found.append(x * i)
    return tf.stack(found)


@case((t(4),), (t(0),))
def tensor_array_filled_by_a_loop(n):
    array = tf.TensorArray(tf.int32, n)
    for i in tf.range(n):
        array = array.write(i, i * i)
    return array.stack()


@case((t(4),))
def growing_tensor_array(n):
    array = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
    for i in tf.range(n):
        if i % 2 == 0:
            array = array.write(array.size(), tf.cast(i, tf.float32))
    return array.stack(), array.size()


@case((t(1),), (t(-1),))
def attribute_set_in_a_branch(x):
    model = Model()
    if x > 0:
        model.total = x * 3
    return model.total, model.doubled


@case((t(4),))
def attribute_in_a_loop(n):
    model = Model()
    for i in tf.range(n):
        model.total += i
    return model.total, model.doubled


@case((t(4),))
def attribute_in_a_while_loop(n):
    model = Model()
    model.total = tf.constant(1)
    while model.total < n * 10:
        model.total *= 2
    return model.total


@case((t(1),), (t(-1),))
def new_attribute_in_one_branch(x):
    model = Model()
    if x > 0:
        model.other = x
    return model.other


@case((t(1),), (t(-1),))
def item_set_in_a_branch(x):
    d = {"a": 0, "b": x}
    if x > 0:
        d["a"] = x * 3
    return d


@case((t(4),))
def dict_items_in_a_loop(n):
    d = {"sum": 0, "product": 1}
    for i in tf.range(n):
        d["sum"] += i
        d["product"] *= i + 1
    return d


@case((t(4),))
def whole_dict_in_a_loop(n):
    d = {"a": tf.constant(0), "b": tf.constant(1.0)}
    for i in tf.range(n):
        d = {"a": d["a"] + i, "b": d["b"] * 2.0}
    return d


@case((t(4),))
def list_item_in_a_loop(n):
    values = [0, 1]
    for i in tf.range(n):
        values[0] += i
    return values


@case((t(4),))
def tuple_in_a_loop(n):
    state = (tf.constant(0), (tf.constant(1), tf.constant(2.0)))
    for i in tf.range(n):
        a, (b, c) = state
        state = (a + i, (b * 2, c / 2.0))
    return state


@case((t(4),), (t(0),))
def named_tuple_in_a_loop(n):
    p = Point(tf.constant(0), tf.constant(1.0))
    for i in tf.range(n):
        p = p._replace(x=p.x + i, y=p.y * 2.0)
    return p.x, p.y


@case((t([1, 2, 3]),))
def item_of_a_tensor_cannot_be_set(x):
    x[0] = 5
    return x


@differs((one,), (minus,), ours="TypeError", message="'found' must have the same nested structure")
def list_that_one_branch_appends_to(a):
    """A list has one length; TensorFlow leaves in it whatever any branch appends while traced."""
    found = []
    if a > 0:
        found.append(a)
    return len(found)


@beyond((one,), (minus,))
def list_of_tensors_that_both_branches_append_to(a):
    found = [a]
    if a > 0:
        found.append(a * 2)
    else:
        found.append(a * 3)
    return found


@beyond((one,), (minus,))
def list_extended_by_branches(a):
    found = [a]
    alias = found
    if a > 0:
        found += [a * 2, a * 4]
    else:
        found.extend([a * 3, a * 5])
    return found, len(alias)


@beyond((one,), (minus,))
def dict_updated_by_branches(a):
    found = {"a": a}
    if a > 0:
        found.update(b=a * 2)
    else:
        found.update(b=a * 3)
    return found


@case((one,), (minus,))
def item_by_a_computed_key_set_in_branches(a):
    key = "k" + "1"
    found = {"k1": a, "k2": a}
    if a > 0:
        found[key] = a * 2
    return found


@differs((one,), (minus,), ours="TypeError", message="'found' must have the same nested structure")
def item_added_by_one_branch(a):
    """A dict has the same keys in both branches; TensorFlow leaves in it what any branch sets while traced."""
    key = "k" + "1"
    found = {"k2": a}
    if a > 0:
        found[key] = a * 2
    return len(found)


@beyond((three,), results=[t([0, 1, 4])])
def list_that_a_loop_appends_to(n):
    found = []
    for i in tf.range(n):
        found.append(i * i)
    return found


@beyond((three,))
def list_that_a_loop_of_known_length_appends_to(n):
    found = []
    for i in tf.range(3):
        found.append(i * n)
    return found


@beyond((three,))
def list_that_both_branches_in_a_loop_append_to(n):
    found = []
    for i in tf.range(3):
        if i > 1:
            found.append(i * n)
        else:
            found.append(-i)
    return found


@differs((three,), ours="TypeError", message="'found' must have the same nested structure")
def list_that_one_branch_in_a_loop_appends_to(n):
    """Every iteration gives one row or none; TensorFlow leaves a tensor of the loop in the list."""
    found = []
    for i in tf.range(n):
        if i > 1:
            found.append(i)
    return len(found)


@differs((three,), ours="TypeError", message="'left' does not have the same nested structure")
def list_that_a_loop_takes_from(n):
    """A loop is traced once: so the list would lose one element, as it does in TensorFlow."""
    left = [5, 6, 7]
    total = 0
    for i in tf.range(n):
        left.pop()
        total += i
    return total + len(left)


@case((three,))
def list_of_tensors_changed_in_a_loop(n):
    state = [n, n * 2]
    for i in tf.range(n):
        state[0] = state[0] + state[1]
        state[1] = state[1] + i
    return state


@case((one,), (minus,))
def attributes_of_attributes(a):
    model = Model()
    model.inner = Model()
    if a > 0:
        model.inner.total = a * 3
    else:
        model.inner.total = -a
    return model.inner.total, model.inner.doubled


@case((one,), (minus,))
def attribute_set_before_a_return(a):
    model = Model()

    def run():
        if a > 0:
            model.total = a * 3
            return a
        model.total = a * 5
        return a * 2

    return run(), model.total


@case((three,))
def nested_dicts_in_a_loop(n):
    state = {"a": {"b": tf.constant(0)}, "c": [tf.constant(1.0)]}
    for i in tf.range(n):
        state["a"]["b"] += i
        state["c"][0] = state["c"][0] * 2.0
    return state


@case((three,))
def list_of_python_loops_around_choices(n):
    found = []
    for k in range(3):
        if n > k:
            value = n * k
        else:
            value = n
        found.append(value)
    return found


@differs((three,), ours="TypeError", message="'seen', .*, holds something else after an iteration")
def set_that_a_loop_fills(n):
    """A loop is traced once: a set would get one element, as it does in TensorFlow."""
    seen = set()
    total = 0
    for i in tf.range(n):
        seen.add(f"iteration {len(seen)}")
        total += i
    return total + len(seen)
