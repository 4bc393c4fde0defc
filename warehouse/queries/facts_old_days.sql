create or replace temporary table touched_day as
select distinct day
from call_fact
where call_id in (select call_id from touched_call);
