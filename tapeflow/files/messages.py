"""Protocol buffer messages from tables of their fields.

`Messages("tensorflow", {"Pair": ["1 key string", "2 values int64[]"]})` has the attribute `Pair`, the
class of the message.
A field is its number, its name and its type: `int64`, `int64[]` for any number of them, `map<string,Pair>`, the name
of another message or of an enum, and perhaps `|name` for the choice (oneof) that it belongs to. An entry
`"enum X"` lists values.

The classes are made when one is first asked for, in a descriptor pool of their own: another library in the
process may have messages of the same names.
"""

import functools

from tapeflow.core.errors import DataLossError

_SCALARS = {
    "double": 1,
    "float": 2,
    "int64": 3,
    "uint64": 4,
    "int32": 5,
    "bool": 8,
    "string": 9,
    "bytes": 12,
    "uint32": 13,
    "sint64": 18,
}
_MESSAGE, _ENUM = 11, 14


class Messages:
    """The classes of a table of messages, as attributes."""

    def __init__(self, package, table):
        self._package = package
        self._table = table

    @functools.cached_property
    def _classes(self):
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

        file = descriptor_pb2.FileDescriptorProto(
            name=f"tapeflow/{self._package}.proto", package=self._package, syntax="proto3"
        )
        enums = {name.split()[1] for name in self._table if name.startswith("enum ")}
        built = {}
        for name, lines in self._table.items():
            if name.startswith("enum "):
                each = file.enum_type.add(name=name.split()[1])
                for line in lines:
                    number, _, label = line.partition(" ")
                    each.value.add(name=label, number=int(number))
                continue
            outer, _, inner = name.rpartition(".")
            built[name] = owner = built[outer].nested_type.add() if outer else file.message_type.add()
            owner.name = inner
            for line in lines:
                self._add_field(owner, name, line, enums)
        pool = descriptor_pool.DescriptorPool()
        pool.Add(file)
        return {
            name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{self._package}.{name}"))
            for name in built
        }

    def _add_field(self, owner, owner_name, line, enums):
        line, _, choice = line.partition(" |")
        number, name, kind = line.split(" ")
        field = owner.field.add(name=name, number=int(number), label=3 if kind[-1] in "]>" else 1)
        if kind.startswith("map<"):
            key, value = kind[4:-1].split(",")
            entry = "".join(part.capitalize() for part in name.split("_")) + "Entry"
            pair = owner.nested_type.add(name=entry)
            pair.options.map_entry = True
            self._add_field(pair, "", f"1 key {key}", enums)
            self._add_field(pair, "", f"2 value {value}", enums)
            kind = f"{owner_name}.{entry}"
        kind = kind.removesuffix("[]")
        if kind in _SCALARS:
            field.type = _SCALARS[kind]
        else:
            field.type = _ENUM if kind in enums else _MESSAGE
            field.type_name = f".{self._package}.{kind}"
        if choice:
            names = [each.name for each in owner.oneof_decl]
            if choice not in names:
                owner.oneof_decl.add(name=choice)
                names.append(choice)
            field.oneof_index = names.index(choice)

    def __getattr__(self, name):
        if name in self._table:
            return self._classes[name]
        raise AttributeError(f"There is no message {name!r} here; there are {', '.join(self._table)}.")


def read_message(kind, data, what):
    """A message of the class `kind` from bytes. DataLossError, which names `what` it should have been, for others."""
    from google.protobuf.message import DecodeError

    try:
        return kind.FromString(bytes(data))
    except DecodeError as error:
        raise DataLossError(None, None, f"Could not parse {what}: {error}") from None
