"""How Alembic runs the migrations: on the connection that `store` hands over."""

from __future__ import annotations

from alembic import context

from warehouse.decisions import (  # noqa: F401  # their tables join the others
    calibration_tables,
    case_tables,
    ledger_tables,
    sampling_tables,
    voice_tables,
    work_tables,
)
from warehouse.decisions.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
