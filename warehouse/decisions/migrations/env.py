"""How Alembic runs the migrations: on the connection that `store` hands over."""

from __future__ import annotations

from alembic import context

from warehouse.decisions import ledger_tables, work_tables  # noqa: F401  # join the others
from warehouse.decisions.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
