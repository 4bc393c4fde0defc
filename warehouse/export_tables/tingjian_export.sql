create table exported.tingjian_export as
select
    now() as exported_at,
    max(number) as schema_number
from lake.schema_migration;

comment on table exported.tingjian_export is 'Marks this file as an export of tingjian, which may be replaced by a newer one.';
comment on column exported.tingjian_export.exported_at is 'When it was exported, UTC.';
comment on column exported.tingjian_export.schema_number is 'Schema of the warehouse that it was taken from.';
