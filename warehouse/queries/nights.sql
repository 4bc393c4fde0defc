select night_id, inbox, started_at, finished_at, code_version, summary
from night
order by started_at, night_id;
