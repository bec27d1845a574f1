from . import digest_digest_kpis
