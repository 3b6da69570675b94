"""What a blueprint's scenarios cover, so that it can be shown before a price."""

from alembic import op

revision = "0005_measures"
down_revision = "0004_seeds"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table blueprints add column measures jsonb")


def downgrade() -> None:
    op.execute("alter table blueprints drop column measures")
