"""The three database roles, named in one place because grants, policies and URLs must agree.

OWNER   owns database and tables, runs migrations, is not used while serving
APP     serves: API and workers; neither superuser nor owner, bound by row-level security
SYSTEM  nobody logs in as it; owns the few functions that look across tenants
"""

OWNER = "draftworks_owner"
APP = "draftworks_app"
SYSTEM = "draftworks_system"

# Whoever changes a database's schema takes turns on this number.
MIGRATION_LOCK = 0x0D12AF8
