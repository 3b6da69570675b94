"""The seeds that a build's unseen data is drawn from: sealed and revealed with its hold-outs."""

from alembic import op

revision = "0004_seeds"
down_revision = "0003_baselines"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Builds that are under way were ordered without a seed: they are proven as they were.
    op.execute("alter table builds add column seeds jsonb not null default '{}'")
    op.execute("alter table builds alter column seeds drop default")


def downgrade() -> None:
    op.execute("alter table builds drop column seeds")
