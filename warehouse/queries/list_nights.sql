-- Each nightly run, the last first.
select night_id, started_at, finished_at, inbox, code_version
from night
order by started_at desc, night_id;
