select call_id, warnings
from call
where night_id = $night_id and json_array_length(warnings) > 0
order by call_id;
