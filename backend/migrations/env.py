"""What Alembic runs for every command: the migrations, on the connection that it was handed."""

from alembic import context

from tenants.database import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
