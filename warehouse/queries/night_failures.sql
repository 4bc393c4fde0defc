select call_id, recording_path, reason_code, reason
from call
where night_id = $night_id and state = 'failed'
order by call_id;
