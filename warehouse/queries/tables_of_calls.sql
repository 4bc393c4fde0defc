-- The tables that have rows about single calls.
select tables.table_name
from duckdb_tables() as tables
inner join duckdb_columns() as columns
    on tables.database_name = columns.database_name
    and tables.table_name = columns.table_name
where tables.database_name = current_database() and columns.column_name = 'call_id'
order by tables.table_name;
