"""TensorFlow's graphs: functions and nodes that were written by it, called as our own functions.

`program.py` runs a function node by node; `table.py` knows what to call for a node, which `nodes/` says by families.
Saved models of TensorFlow (`api/saved_model/foreign.py`) and `tf.graph_util.import_graph_def` are made of it.
"""
