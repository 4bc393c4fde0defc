select
    call_id, phrasebook_id, phrasebook_version, phrasebook_sha256, code_version, points,
    points_possible, passed
from scorecard
order by call_id;
