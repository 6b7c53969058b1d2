"""How copies of a variable would be kept in step. On one machine this only decides `trainable`."""

import enum


class VariableSynchronization(enum.Enum):
    """When copies of a variable on several devices are brought together.

    >>> tf.Variable(1.0, synchronization=tf.VariableSynchronization.ON_READ).trainable
    False
    """

    AUTO = 0
    """The default: whatever suits."""
    NONE = 1
    """There is one copy."""
    ON_WRITE = 2
    """At every assignment."""
    ON_READ = 3
    """When the variable is read; such variables are not trained."""


class VariableAggregation(enum.Enum):
    """How the updates that several devices make to one variable become one update.

    >>> tf.Variable(1.0, aggregation=tf.VariableAggregation.MEAN).aggregation.name
    'MEAN'
    """

    NONE = 0
    """There is only one update."""
    SUM = 1
    """Their sum."""
    MEAN = 2
    """Their mean."""
    ONLY_FIRST_REPLICA = 3
    """That of the first device."""


def checked_options(synchronization, aggregation, trainable, name):
    """The options of a variable with their defaults filled in; ValueError for what is none."""
    if synchronization is None:
        synchronization = VariableSynchronization.AUTO
    elif not isinstance(synchronization, VariableSynchronization):
        raise ValueError(
            f"Invalid variable synchronization mode: {synchronization} for variable: {name}. "
            "It is one of tf.VariableSynchronization."
        )
    if aggregation is None:
        aggregation = VariableAggregation.NONE
    elif not isinstance(aggregation, VariableAggregation):
        raise ValueError(
            f"Invalid variable aggregation mode: {aggregation} for variable: {name}. "
            "It is one of tf.VariableAggregation."
        )
    if trainable is None:
        trainable = synchronization is not VariableSynchronization.ON_READ
    return synchronization, aggregation, trainable
