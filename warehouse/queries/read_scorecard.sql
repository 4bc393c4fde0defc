select
    scoring_id, scored_at, phrasebook_id, phrasebook_version, phrasebook_sha256, points,
    points_possible, passed
from scorecard
where call_id = $call_id;
