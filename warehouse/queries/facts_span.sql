-- Between which moments the touched calls lie.
select min(coalesce(started_at, recorded_at)), max(coalesce(started_at, recorded_at))
from call
where call_id in (select call_id from touched_call);
