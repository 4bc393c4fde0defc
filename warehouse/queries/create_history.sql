create table if not exists schema_migration (
    number integer not null,
    name varchar not null,
    applied_at timestamptz not null
);
create table if not exists schema_view (
    stored_no integer not null,
    sha256 varchar not null,
    applied_at timestamptz not null
);
comment on table schema_migration is 'Steps of the schema that were applied.';
comment on column schema_migration.number is 'Place in the order of steps.';
comment on column schema_migration.name is 'Name of the step''s file.';
comment on column schema_migration.applied_at is 'When it was applied, UTC.';
comment on table schema_view is 'Which text of the views was put in place, the last counts.';
comment on column schema_view.stored_no is 'Place in the order of putting in place.';
comment on column schema_view.sha256 is 'SHA-256 of all views'' text, hexadecimal.';
comment on column schema_view.applied_at is 'When it was put in place, UTC.';
