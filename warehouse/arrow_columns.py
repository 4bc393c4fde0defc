"""Arrow columns from what many objects say: the quick way from results to tables."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import pyarrow as pa

from warehouse.columns import SCHEMAS


def columns_table(name: str, columns: Sequence[Sequence[object] | pa.Array]) -> pa.Table:
    """Columns as a table of the warehouse; what is an Arrow array already stays as it is."""
    schema = SCHEMAS[name]
    return pa.Table.from_arrays(
        [
            each if isinstance(each, pa.Array) else pa.array(each, field.type)
            for each, field in zip(columns, schema, strict=True)
        ],
        schema=schema,
    )


def repeated(values: Sequence[str], counts: Sequence[int]) -> pa.Array:
    """Each value as often as its count says, one after the other."""
    which = [at for at, times in enumerate(counts) for _ in range(times)]
    return pa.array(values, pa.string()).take(pa.array(which, pa.int32()))


def few(values: Sequence[Hashable], kind: pa.DataType) -> pa.Array:
    """A column of few different values, such as points or rules: each is converted once.

    Equal values must mean the same in `kind`: 1 and True do in no column of ours.
    """
    number: dict[Hashable, int] = {}
    which = [number.setdefault(value, len(number)) for value in values]
    return pa.array([*number], kind).take(pa.array(which, pa.int32()))
