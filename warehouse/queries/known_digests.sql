select distinct phrasebook_sha256
from rule_digest;
