"""Several replicas in one process. The numbers are what TensorFlow gives for the same programs on two logical CPUs."""

import numpy as np
import pytest

import tapeflow as tf

context = tf.distribute.get_replica_context
Aggregation, Synchronization = tf.VariableAggregation, tf.VariableSynchronization


@pytest.fixture
def strategy():
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


@pytest.fixture
def numbers(strategy):
    """[1, 2] for the first replica and [2, 4] for the second."""
    return strategy.experimental_distribute_values_from_function(
        lambda each: tf.constant([1.0, 2.0]) * float(each.replica_id_in_sync_group + 1)
    )


def _values(value):
    return [each.numpy().tolist() for each in value.values]


def test_replicas_give_a_value_each(strategy, numbers):
    assert _values(strategy.run(lambda x: x + 1.0, args=(numbers,))) == [[2.0, 3.0], [3.0, 5.0]]
    assert strategy.run(lambda: (3, "a", None)) == (3, "a", None)
    assert strategy.run(lambda: context().replica_id_in_sync_group).values == (0, 1)
    assert isinstance(numbers, tf.types.experimental.distributed.PerReplica)
    assert strategy.experimental_local_results(numbers) == numbers.values
    assert strategy.experimental_local_results(3) == (3,)


def test_reductions(strategy, numbers):
    assert strategy.reduce("SUM", numbers, None).numpy().tolist() == [3.0, 6.0]
    assert strategy.reduce("MEAN", numbers, None).numpy().tolist() == [1.5, 3.0]
    assert float(strategy.reduce("SUM", numbers, 0)) == 9.0
    assert float(strategy.reduce("MEAN", numbers, 0)) == 2.25
    assert strategy.gather(numbers, 0).numpy().tolist() == [1.0, 2.0, 2.0, 4.0]
    with pytest.raises(ValueError, match="A non-DistributedValues value"):
        strategy.reduce("SUM", tf.constant(1.0), None)


@pytest.mark.parametrize("wrap", [lambda f: f, tf.function])
def test_all_reduce_meets(strategy, numbers, wrap):
    def program(x):
        total, mean = (context().all_reduce(op, x) for op in ("SUM", "MEAN"))
        return total, mean, context().all_gather(x, 0)

    total, mean, gathered = strategy.run(wrap(program), args=(numbers,))
    assert _values(total) == [[3.0, 6.0]] * 2
    assert _values(mean) == [[1.5, 3.0]] * 2
    assert _values(gathered) == [[1.0, 2.0, 2.0, 4.0]] * 2


def test_all_reduce_adds_rows(strategy):
    def program():
        rows = tf.IndexedSlices(tf.ones([1, 2]), tf.constant([context().replica_id_in_sync_group]), [3, 2])
        return tf.convert_to_tensor(context().all_reduce("SUM", rows))

    assert _values(strategy.run(program)) == [[[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]]] * 2


def test_gradients_are_reduced_over_all_replicas(strategy):
    def program():
        x = tf.constant(2.0) * (context().replica_id_in_sync_group + 1)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = context().all_reduce("SUM", x * x) * x
        return tape.gradient(y, x)

    assert _values(strategy.run(program)) == [44.0, 68.0]
    with pytest.raises(NotImplementedError, match="gradient of all_reduce"):
        strategy.run(tf.function(program))


@pytest.mark.parametrize(
    "aggregation, synchronization, after_run, of_replicas",
    [
        (Aggregation.NONE, Synchronization.AUTO, [1.0, 2.0], [[1.0, 2.0], [2.0, 4.0]]),
        (Aggregation.SUM, Synchronization.AUTO, [3.0, 6.0], [[3.0, 6.0], [3.0, 6.0]]),
        (Aggregation.MEAN, Synchronization.AUTO, [1.5, 3.0], [[1.5, 3.0], [1.5, 3.0]]),
        (Aggregation.ONLY_FIRST_REPLICA, Synchronization.AUTO, [1.0, 2.0], [[1.0, 2.0], [1.0, 2.0]]),
        (Aggregation.SUM, Synchronization.ON_READ, [3.0, 6.0], [[1.0, 2.0], [2.0, 4.0]]),
        (Aggregation.MEAN, Synchronization.ON_READ, [1.5, 3.0], [[1.0, 2.0], [2.0, 4.0]]),
        (Aggregation.ONLY_FIRST_REPLICA, Synchronization.ON_READ, [1.0, 2.0], [[1.0, 2.0], [2.0, 4.0]]),
    ],
)
@pytest.mark.parametrize("wrap", [lambda f: f, tf.function])
def test_variables(strategy, numbers, aggregation, synchronization, after_run, of_replicas, wrap):
    with strategy.scope():
        v = tf.Variable([0.0, 0.0], aggregation=aggregation, synchronization=synchronization)
    assert isinstance(v, tf.distribute.DistributedValues) and isinstance(v, tf.Variable)

    def program(x):
        v.assign_add(x)
        return v * 1.0

    assert _values(strategy.run(wrap(program), args=(numbers,))) == of_replicas
    assert v.numpy().tolist() == (v + 0.0).numpy().tolist() == after_run
    assert [each.numpy().tolist() for each in v.values] == of_replicas
    v.assign([4.0, 4.0])
    assert v.numpy().tolist() == [4.0, 4.0]


def test_variables_say_how_they_are_kept(strategy):
    with strategy.scope():
        v = tf.Variable(1.0, name="v")
    assert v.synchronization is Synchronization.ON_WRITE
    assert [each.name for each in v.values] == ["v:0", "v/replica_1:0"]
    assert "MirroredVariable" in type(v).__name__
    assert all([each._distributed_container() is v for each in v.values])
    assert not isinstance(tf.Variable(1.0), tf.distribute.DistributedValues)


def test_updates_reach_every_copy(strategy, numbers):
    with strategy.scope():
        v, other = tf.Variable([0.0, 0.0]), tf.Variable([1.0, 1.0])
        strategy.extended.update(v, lambda copy, x, y: copy.assign(x + y), args=(numbers, other))
        assert [each.numpy().tolist() for each in v.values] == [[2.0, 3.0], [3.0, 5.0]]

    def program():
        strategy.extended.update(v, lambda copy, x: copy.assign_add(x), args=(other.read_value(),))

    strategy.run(program)
    assert [each.numpy().tolist() for each in v.values] == [[3.0, 4.0], [4.0, 6.0]]


def test_a_step_of_training_is_that_of_the_whole_batch(strategy):
    x = np.linspace(-1.0, 1.0, 24).reshape(8, 3).astype("float32")
    start = np.ones([3, 1], "float32")

    def trained(w, batches, run):
        @tf.function
        def step(batch):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(tf.matmul(batch, w) ** 2) / 8.0
            gradient = context().all_reduce("SUM", tape.gradient(loss, w))

            def together(strategy, gradient):
                strategy.extended.update(w, lambda copy, g: copy.assign_sub(0.1 * g), args=(gradient,))

            context().merge_call(together, args=(gradient,))
            return loss

        return [run(step, batch) for batch in batches]

    dataset = tf.data.Dataset.from_tensor_slices(x).batch(8).repeat(3)
    with strategy.scope():
        w = tf.Variable(start)
        losses = trained(
            w, strategy.experimental_distribute_dataset(dataset), lambda f, b: strategy.run(f, args=(b,))
        )
    alone = tf.Variable(start)
    expected = trained(alone, dataset, lambda f, b: f(b))
    assert np.allclose([float(strategy.reduce("SUM", each, None)) for each in losses], expected)
    assert np.allclose(w.numpy(), alone.numpy())
    assert all([np.array_equal(each.numpy(), w.numpy()) for each in w.values])


@pytest.mark.parametrize(
    "count, parts",
    [(4, [([0, 1], [2, 3])]), (5, [([0, 1], [2, 3]), ([4], [])])],
)
def test_batches_are_cut(strategy, count, parts):
    distributed = strategy.experimental_distribute_dataset(tf.data.Dataset.range(count).batch(4))
    assert isinstance(distributed, tf.distribute.DistributedDataset)
    assert [tuple(_values(each)) for each in distributed] == parts
    iterator = iter(distributed)
    for _ in parts:
        iterator.get_next()
    with pytest.raises(tf.errors.OutOfRangeError):
        iterator.get_next()
    assert not bool(iterator.get_next_as_optional().has_value())


def test_errors_end_all_replicas(strategy):
    def fails():
        if context().replica_id_in_sync_group == 1:
            raise KeyError("second")
        context().all_reduce("SUM", tf.constant(1.0))

    with pytest.raises(KeyError, match="second"):
        strategy.run(fails)

    def uneven():
        if context().replica_id_in_sync_group == 0:
            context().all_reduce("SUM", tf.constant(1.0))

    with pytest.raises(RuntimeError, match=r"different number of replica_context\(\).merge_call\(\) calls"):
        strategy.run(uneven)

    def nested():
        return tf.function(lambda: context().all_reduce("SUM", tf.constant(1.0)))()

    with pytest.raises(RuntimeError, match="`merge_call` called while defining a new graph"):
        strategy.run(nested)


def test_mirrored_variables_are_saved(strategy, tmp_path):
    with strategy.scope():
        module = tf.Module()
        module.v = tf.Variable([1.0, 2.0])
        module.f = tf.function(lambda x: x * module.v, input_signature=[tf.TensorSpec([2], tf.float32)])
    tf.saved_model.save(module, tmp_path / "model")
    loaded = tf.saved_model.load(tmp_path / "model")
    assert loaded.f(tf.constant([3.0, 3.0])).numpy().tolist() == [3.0, 6.0]
    tf.train.Checkpoint(v=module.v).write(str(tmp_path / "checkpoint"))
    module.v.assign([0.0, 0.0])
    tf.train.Checkpoint(v=module.v).read(str(tmp_path / "checkpoint"))
    assert [each.numpy().tolist() for each in module.v.values] == [[1.0, 2.0]] * 2


def test_the_cpu_counts_as_several_devices_when_told():
    cpu = tf.config.list_physical_devices("CPU")[0]
    try:
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
        assert [each.name for each in tf.config.list_logical_devices("CPU")] == [
            "/device:CPU:0",
            "/device:CPU:1",
        ]
        assert len(tf.config.get_logical_device_configuration(cpu)) == 2
        with pytest.raises(ValueError, match="memory limit on CPU"):
            tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration(100)])
    finally:
        tf.config.set_logical_device_configuration(cpu, [])
    assert len(tf.config.list_logical_devices()) == 1


def test_an_empty_list_of_devices_means_the_cpu():
    """Programs pass the graphics cards that there are."""
    gpus = tf.config.list_logical_devices("GPU")
    strategy = tf.distribute.MirroredStrategy(gpus)
    assert strategy.num_replicas_in_sync == 1
    assert strategy.extended.worker_devices == ("/job:localhost/replica:0/task:0/device:CPU:0",)


@pytest.mark.parametrize("devices", [["CPU:0"], ["CPU:0", "CPU:1"]])
def test_functions_that_get_an_iterator_are_traced(devices):
    strategy = tf.distribute.MirroredStrategy(devices)
    data = strategy.experimental_distribute_dataset(
        tf.data.Dataset.range(10).map(lambda x: tf.cast(x, tf.float32)).batch(4)
    )
    with strategy.scope():
        scale = tf.Variable(1.0)

    def step(x):
        return tf.reduce_sum(x) * scale

    def sum_of(x):
        return strategy.reduce("SUM", strategy.run(step, args=(x,)), axis=None)

    @tf.function
    def two_steps(iterator):
        total = tf.constant(0.0)
        for _ in tf.range(2):
            total += sum_of(next(iterator))
        return total

    @tf.function
    def all_steps(iterator):
        total = tf.constant(0.0)
        for x in iterator:
            total += sum_of(x)
        return total

    @tf.function
    def all_of_the_data():
        total = tf.constant(0.0)
        for x in data:
            total += sum_of(x)
        return total

    @tf.function
    def perhaps_a_step(iterator):
        found = iterator.get_next_as_optional()
        return sum_of(found.get_value()) if found.has_value() else tf.constant(-1.0)

    iterator = iter(data)
    assert float(two_steps(iterator)) == 28.0
    with pytest.raises(tf.errors.OutOfRangeError):
        two_steps(iterator)
    assert float(all_steps(iter(data))) == float(all_of_the_data()) == 45.0
    iterator = iter(data)
    assert [float(perhaps_a_step(iterator)) for _ in range(4)] == [6.0, 22.0, 17.0, -1.0]
    for function in (two_steps, all_steps, all_of_the_data, perhaps_a_step):
        assert function.experimental_get_tracing_count() == 1
        assert not function._only_python
