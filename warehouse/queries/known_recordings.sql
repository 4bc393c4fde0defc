select call_id, audio_sha256, state, recording_path, reason_code
from call
order by call_id;
