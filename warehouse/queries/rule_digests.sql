select distinct rule_id, rule_sha256
from rule_digest
where phrasebook_sha256 = $phrasebook_sha256;
