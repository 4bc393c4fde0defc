select table_name
from duckdb_tables()
where database_name = current_database() and table_name = 'schema_view';
