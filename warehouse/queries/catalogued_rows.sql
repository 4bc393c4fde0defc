-- How many rows the catalogue counts in each table: those of its files less what was deleted.
with kept as (
    select table_id, data_file_id, record_count
    from __ducklake_metadata_lake.ducklake_data_file
    where end_snapshot is null
),
gone as (
    select data_file_id, sum(delete_count) as deleted
    from __ducklake_metadata_lake.ducklake_delete_file
    where end_snapshot is null
    group by data_file_id
)
select named.table_name, coalesce(sum(kept.record_count - coalesce(gone.deleted, 0)), 0)::bigint
from __ducklake_metadata_lake.ducklake_table as named
left join kept on named.table_id = kept.table_id
left join gone on kept.data_file_id = gone.data_file_id
where named.end_snapshot is null
group by named.table_name
order by named.table_name;
