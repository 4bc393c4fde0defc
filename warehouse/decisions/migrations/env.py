"""How Alembic runs the migrations: on the connection that `store` hands over."""

from __future__ import annotations

from alembic import context

from warehouse.decisions import work_tables  # noqa: F401  # joins its tables to the others
from warehouse.decisions.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
