"""tf.compat.v1.flags: settings of a script from its command line, `--name=value`."""

import argparse
import sys

__all__ = [
    "DEFINE_bool",
    "DEFINE_boolean",
    "DEFINE_enum",
    "DEFINE_float",
    "DEFINE_integer",
    "DEFINE_list",
    "DEFINE_string",
    "FLAGS",
]


class _Flags:
    """The settings as attributes. They are read from the command line when the first of them is asked for."""

    def __init__(self):
        vars(self).update(_options={}, _values=None, _given={})

    def _define(self, name, default, help, convert):
        if name in self._options:
            raise ValueError(f"The flag '{name}' is defined twice.")
        self._options[name] = default, help, convert
        vars(self)["_values"] = None

    def __call__(self, argv):
        """Reads the settings from the arguments, and gives those that are none."""
        parser = argparse.ArgumentParser(argv[0] if argv else None, allow_abbrev=False)
        for name, (default, text, convert) in self._options.items():
            options = {"default": default, "help": text, "type": convert}
            if convert is _boolean:
                parser.add_argument(f"--{name}", nargs="?", const=True, **options)
                parser.add_argument(f"--no{name}", dest=name, action="store_const", const=False)
            else:
                parser.add_argument(f"--{name}", **options)
        values, rest = parser.parse_known_args(argv[1:])
        vars(self)["_values"] = vars(values)
        return [*argv[:1], *rest]

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        if self._values is None:
            self(sys.argv)
        if name in self._given:
            return self._given[name]
        if name not in self._values:
            raise AttributeError(f"There is no flag '{name}'.")
        return self._values[name]

    def __setattr__(self, name, value):
        self._given[name] = value

    def flag_values_dict(self):
        """The settings as a dict."""
        return {name: getattr(self, name) for name in self._options}


def _boolean(text):
    if text is True or text.lower() in ("true", "t", "1", "yes", "y"):
        return True
    if text.lower() in ("false", "f", "0", "no", "n"):
        return False
    raise ValueError(f"{text!r} is neither true nor false.")


FLAGS = _Flags()


def DEFINE_string(name, default, help):
    """A setting that is a string."""
    FLAGS._define(name, default, help, str)


def DEFINE_integer(name, default, help):
    """A setting that is an integer."""
    FLAGS._define(name, default, help, int)


def DEFINE_float(name, default, help):
    """A setting that is a number."""
    FLAGS._define(name, default, help, float)


def DEFINE_boolean(name, default, help):
    """A setting that is true or false: `--name`, `--noname`, `--name=false`."""
    FLAGS._define(name, default, help, _boolean)


DEFINE_bool = DEFINE_boolean


def DEFINE_list(name, default, help):
    """A setting that is a list of strings, with commas between them."""
    default = default.split(",") if isinstance(default, str) else default
    FLAGS._define(name, default, help, lambda text: text.split(","))


def DEFINE_enum(name, default, enum_values, help):
    """A setting that is one of some strings."""

    def convert(text):
        if text not in enum_values:
            raise ValueError(f"{text!r} is none of {enum_values}.")
        return text

    FLAGS._define(name, default, help, convert)
