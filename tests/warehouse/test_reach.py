import duckdb
import pytest

from pipeline.errors import WarehouseError
from warehouse.reach import went_away


def failed(cause: Exception) -> WarehouseError:
    """A write that failed, as `warehouse.writing` raises it."""
    error = WarehouseError("warehouse.write", path="w", attempts=1, cause=cause)
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    "cause",
    [
        duckdb.IOException("server closed the connection unexpectedly"),
        duckdb.IOException("FATAL: the database system is starting up"),
        # the next two: seen when PostgreSQL stopped while DuckLake was inside a transaction
        duckdb.TransactionException(
            'TransactionContext Error: Failed to commit: Failed to execute query "ROLLBACK": '
        ),
        duckdb.InvalidInputException(
            "Attempting to fetch from an unsuccessful query result\n"
            "Error: TransactionContext Error: Current transaction is aborted (please ROLLBACK)"
        ),
        ConnectionRefusedError(111, "Connection refused"),
    ],
)
def test_a_server_that_goes_is_known_by_what_it_leaves(cause: Exception) -> None:
    assert went_away(failed(cause))


@pytest.mark.parametrize(
    "cause",
    [
        duckdb.ConstraintException("NOT NULL constraint failed: call.call_id"),
        duckdb.IOException(
            'Failed to execute query "COMMIT": could not extend file: No space left'
        ),
        OSError(28, "No space left on device"),
    ],
)
def test_other_faults_are_no_sign_of_it(cause: Exception) -> None:
    assert not went_away(failed(cause))
