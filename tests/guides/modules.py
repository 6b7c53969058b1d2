"""tf.Module: variables, names, submodules."""

from tests.guides.program import attempt


def simple(tf):
    class Simple(tf.Module):
        def __init__(self, name=None):
            super().__init__(name=name)
            self.a_variable = tf.Variable(5.0, name="train_me")
            self.non_trainable_variable = tf.Variable(5.0, trainable=False, name="do_not_train_me")

        def __call__(self, x):
            return self.a_variable * x + self.non_trainable_variable

    module = Simple(name="simple")
    print(module(tf.constant(5.0)))
    print("trainable variables:", module.trainable_variables)
    print("all variables:", module.variables)
    print(module.non_trainable_variables, module.name, Simple().name, module.submodules)


def _dense(tf):
    class Dense(tf.Module):
        def __init__(self, in_features, out_features, name=None):
            super().__init__(name=name)
            self.w = tf.Variable(
                tf.reshape(tf.range(1.0 * in_features * out_features), [in_features, -1]), name="w"
            )
            self.b = tf.Variable(tf.zeros([out_features]), name="b")

        def __call__(self, x):
            return tf.nn.relu(tf.matmul(x, self.w) + self.b)

    return Dense


def nested(tf):
    Dense = _dense(tf)

    class SequentialModule(tf.Module):
        def __init__(self, name=None):
            super().__init__(name=name)
            self.dense_1 = Dense(in_features=3, out_features=3)
            self.dense_2 = Dense(in_features=3, out_features=2)

        def __call__(self, x):
            return self.dense_2(self.dense_1(x))

    my_model = SequentialModule(name="the_model")
    print("Model results:", my_model(tf.constant([[2.0, 2.0, 2.0]])))
    print(
        "Submodules:",
        [type(each).__name__ for each in my_model.submodules],
        [each.name for each in my_model.submodules],
    )
    for var in my_model.variables:
        print(var, "\n")


def names_of_variables(tf):
    Dense = _dense(tf)
    a, b = Dense(1, 1), Dense(1, 1, name="special")
    print(a.name, b.name, a.w.name, b.w.name, [v.name for v in a.trainable_variables])

    class Scoped(tf.Module):
        def __init__(self):
            super().__init__()
            with self.name_scope:
                self.w = tf.Variable(1.0, name="w")
                self.inner = Dense(1, 1)

        @tf.Module.with_name_scope
        def grow(self):
            self.v = tf.Variable(2.0, name="v")
            return self.v.name

    scoped = Scoped()
    print(
        scoped.w.name,
        scoped.inner.w.name,
        scoped.grow(),
        scoped.name_scope.name,
        [v.name for v in scoped.variables],
    )
    attempt(lambda: tf.Module(name="not a name"))
    attempt(lambda: tf.Module(name="1st"))


def built_at_the_first_call(tf):
    class Flexible(tf.Module):
        def __init__(self, out_features, name=None):
            super().__init__(name=name)
            self.is_built = False
            self.out_features = out_features

        def __call__(self, x):
            if not self.is_built:
                self.w = tf.Variable(tf.ones([x.shape[-1], self.out_features]), name="w")
                self.b = tf.Variable(tf.zeros([self.out_features]), name="b")
                self.is_built = True
            return tf.nn.relu(tf.matmul(x, self.w) + self.b)

    layer = Flexible(3)
    print(layer.variables)
    print("Model results:", layer(tf.constant([[2.0, 2.0, 2.0]])))
    print(len(layer.variables), layer.w.shape)


def containers(tf):
    class Holder(tf.Module):
        def __init__(self):
            super().__init__(name="holder")
            self.many = [tf.Variable(1.0, name="one"), tf.Variable(2.0, name="two")]
            self.by_name = {"z": tf.Variable(3.0, name="three"), "a": (tf.Variable(4.0, name="four"),)}
            self.modules = [tf.Module(name="first"), tf.Module(name="second")]
            self.same = self.many[0]

    holder = Holder()
    print([v.name for v in holder.variables], [m.name for m in holder.submodules])
    holder.extra = tf.Variable(0, name="zero")
    holder.many.append(tf.Variable(7.0, name="seven"))
    print([v.name for v in holder.variables])
    print([isinstance(each, tf.Variable) for each in tf.nest.flatten(holder.many)])


def attributes_of_modules(tf):
    class Ignoring(tf.Module):
        _TF_MODULE_IGNORED_PROPERTIES = frozenset((*tf.Module._TF_MODULE_IGNORED_PROPERTIES, "cache"))

        def __init__(self):
            super().__init__()
            self.w = tf.Variable(1.0, name="w")
            self.cache = tf.Variable(2.0, name="cache")

    print([v.name for v in Ignoring().variables])

    class Unready(tf.Module):
        def __init__(self):
            self.w = tf.Variable(1.0)

    attempt(lambda: print(Unready().variables[0].shape))
    attempt(lambda: print(Unready().name))


def gradients_of_a_module(tf):
    model = _dense(tf)(2, 2, name="layer")
    x = tf.constant([[1.0, 2.0], [3.0, -4.0]])
    with tf.GradientTape() as tape:
        y = model(x)
        loss = tf.reduce_mean(y**2)
    grad = tape.gradient(loss, model.trainable_variables)
    for var, g in zip(model.trainable_variables, grad, strict=True):
        print(f"{var.name}, shape: {g.shape}")
    print([v.name for v in tape.watched_variables()])
    return grad


def weights_saved_and_restored(tf):
    model = _dense(tf)(2, 3)
    saved = [v.numpy() for v in model.variables]
    for v in model.variables:
        v.assign(tf.zeros_like(v))
    print(model(tf.ones([1, 2])))
    for v, value in zip(model.variables, saved, strict=True):
        v.assign(value)
    print(model(tf.ones([1, 2])))


def properties_and_methods(tf):
    class Model(tf.Module):
        scale = 2.0

        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self._w = tf.Variable(1.0)

        @property
        def w(self):
            return self._w

        def parameters(self):
            return sum(int(tf.size(v)) for v in self.trainable_variables)

    model = Model(name="m")
    print(model.w, model.parameters(), model.scale, isinstance(model, tf.Module), type(model).__name__)
    print(tuple(model._flatten(predicate=lambda each: isinstance(each, tf.Variable))))
