-- Every column of the lake with its comment, and the comment of its table; views have none.
select
    columns.table_name, columns.column_name, columns.data_type, columns.comment,
    tables.comment as table_comment
from duckdb_columns() as columns
left join duckdb_tables() as tables
    on tables.database_name = columns.database_name and tables.table_name = columns.table_name
left join duckdb_views() as views
    on views.database_name = columns.database_name and views.view_name = columns.table_name
where columns.database_name = current_database()
    and columns.schema_name = 'main'
    and columns.table_name not like 'schema_%'
    and columns.table_name not like 'latest_%'
order by columns.table_name, columns.column_index;
