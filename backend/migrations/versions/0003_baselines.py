"""The pictures that a product was delivered with, for the next proof to compare with."""

from alembic import op

from backend.migrations.protection import append_only

revision = "0003_baselines"
down_revision = "0002_builds"
branch_labels = None
depends_on = None

# Each delivery adds its own, so that what was accepted when is never rewritten. The files are the
# build's: as long as a baseline names one, it cannot be forgotten.
TABLE = """
create table baselines (
    tenant_id uuid not null,
    product text not null,
    criterion text not null,
    picture text not null,
    viewport text not null,
    renderer text not null,
    build_id uuid not null,
    path text not null,
    masks jsonb not null,
    delivered_at timestamptz not null,
    constraint pk_baselines
        primary key (tenant_id, product, criterion, picture, viewport, renderer, build_id),
    constraint fk_baselines_file foreign key (tenant_id, build_id, path)
        references build_files (tenant_id, build_id, path)
);
"""


def upgrade() -> None:
    op.execute(TABLE)
    append_only("baselines")


def downgrade() -> None:
    op.execute("drop table baselines")
