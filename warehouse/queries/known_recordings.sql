select call_id, audio_sha256, state
from call
order by call_id;
