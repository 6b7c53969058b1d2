"""tf.nn.experimental: dropout with random numbers of one's own."""

from tapeflow.api.nn.dropout import general_dropout, stateless_dropout

__all__ = ["general_dropout", "stateless_dropout"]
