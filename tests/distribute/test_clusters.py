"""Clusters, resolvers and strategies of a machine that is alone, beside TensorFlow's."""

import json

import pytest

import tapeflow

tensorflow = pytest.importorskip("tensorflow")

JOBS = {"worker": ["one:1", "two:2"], "ps": {0: "three:3", 2: "four:4"}}
ALONE = {"cluster": {"worker": ["one:1"]}, "task": {"type": "worker", "index": 0}, "rpc_layer": "grpc"}


def _cluster(tf):
    return tf.train.ClusterSpec(JOBS)


def _told(resolver):
    return (
        resolver.cluster_spec().as_dict(),
        resolver.task_type,
        resolver.task_id,
        resolver.rpc_layer,
        resolver.environment,
        dict(resolver.num_accelerators()),
    )


def _simple(tf, *args, **kwargs):
    return tf.distribute.cluster_resolver.SimpleClusterResolver(_cluster(tf), *args, **kwargs)


def _options(tf, *args, **kwargs):
    return tf.distribute.experimental.CommunicationOptions(*args, **kwargs)


CASES = {
    "dictionary": lambda tf: _cluster(tf).as_dict(),
    "jobs": lambda tf: _cluster(tf).jobs,
    "tasks": lambda tf: (_cluster(tf).num_tasks("ps"), _cluster(tf).task_indices("ps")),
    "addresses": lambda tf: (_cluster(tf).task_address("ps", 2), _cluster(tf).job_tasks("ps")),
    "no such task": lambda tf: _cluster(tf).task_address("ps", 1),
    "no such job": lambda tf: _cluster(tf).num_tasks("x"),
    "shown": lambda tf: (repr(_cluster(tf)), bool(tf.train.ClusterSpec({}))),
    "copied": lambda tf: tf.train.ClusterSpec(_cluster(tf)) == _cluster(tf),
    "no cluster": lambda tf: tf.train.ClusterSpec(3),
    "no addresses": lambda tf: tf.train.ClusterSpec({"w": [3]}),
    "no tasks": lambda tf: tf.train.ClusterSpec({"w": 3}),
    "simple": lambda tf: _told(_simple(tf)),
    "simple, task": lambda tf: _told(_simple(tf, task_type="worker", task_id=1, rpc_layer="grpc")),
    "simple, master": lambda tf: (_simple(tf, "m", rpc_layer="grpc").master(), _simple(tf).master("ps", 2)),
    "simple, no cluster": lambda tf: tf.distribute.cluster_resolver.SimpleClusterResolver({}),
    "environment": lambda tf: _told(tf.distribute.cluster_resolver.TFConfigClusterResolver()),
    "environment, other task": lambda tf: _told(
        tf.distribute.cluster_resolver.TFConfigClusterResolver("chief", "3", environment="e")
    ),
    "options": lambda tf: str(_options(tf, 3, timeout_seconds=2.0, implementation="nccl")),
    "options, negative": lambda tf: _options(tf, -1),
    "options, unknown": lambda tf: _options(tf, implementation="x"),
    "packs": lambda tf: tf.distribute.HierarchicalCopyAllReduce(-1),
    "packs of NCCL": lambda tf: tf.distribute.NcclAllReduce(-1),
    "mirrored": lambda tf: [
        tf.distribute.MirroredStrategy(cross_device_ops=each).num_replicas_in_sync
        for each in (tf.distribute.HierarchicalCopyAllReduce(2), tf.distribute.ReductionToOneDevice())
    ],
    "central": lambda tf: tf.distribute.experimental.CentralStorageStrategy().num_replicas_in_sync,
}


@pytest.mark.parametrize("environment", [None, ALONE], ids=["nothing said", "TF_CONFIG"])
@pytest.mark.parametrize("name", CASES)
def test_descriptions_of_clusters(name, environment, monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    if environment is not None:
        monkeypatch.setenv("TF_CONFIG", json.dumps(environment))
    found = []
    for tf in (tensorflow, tapeflow):
        try:
            found.append(CASES[name](tf))
        except Exception as error:
            found.append((type(error), str(error)))
    assert found[0] == found[1]


def test_a_strategy_of_several_workers_is_one_of_this_machine_if_it_is_alone(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", json.dumps(ALONE))
    options = _options(tapeflow, implementation="RING")
    strategy = tapeflow.distribute.MultiWorkerMirroredStrategy(communication_options=options)
    with strategy.scope():
        v = tapeflow.Variable(1.0)
    strategy.run(lambda: v.assign_add(2.0))
    assert float(v) == 3 and strategy.num_replicas_in_sync == 1
    assert (strategy.cluster_resolver.task_type, strategy.cluster_resolver.task_id) == ("worker", 0)


def test_several_workers_are_refused():
    resolver = _simple(tapeflow)
    with pytest.raises(NotImplementedError, match="2 workers"):
        tapeflow.distribute.MultiWorkerMirroredStrategy(resolver)


def test_central_storage_computes_on_one_device():
    central = tapeflow.distribute.experimental.CentralStorageStrategy
    assert central(["/cpu:0"], "/cpu:0").num_replicas_in_sync == 1
    with pytest.raises(NotImplementedError, match="on one device here, not on 2"):
        central(["/cpu:0", "/cpu:1"])
