select
    call_id, finding_no, rule_id, outcome, probability, points, severity, suggestion, source,
    reason_code, phrasebook_sha256
from finding
order by call_id, finding_no;
