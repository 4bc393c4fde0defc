insert into schema_migration (number, name, applied_at)
values ($number, $name, now());
