insert into touched_day
select distinct day
from call_fact
where call_id in (select call_id from touched_call) and day not in (select day from touched_day);
