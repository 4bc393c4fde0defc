insert into schema_view (sha256, applied_at)
values ($sha256, now());
