insert into schema_view (stored_no, sha256, applied_at)
select coalesce(max(stored_no), 0) + 1, $sha256, now()
from schema_view;
