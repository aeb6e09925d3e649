"""How Alembic runs our migrations: on the connection it is given, inside its transaction."""

from alembic import context

from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite can, too, when transactions are begun by hand
)
with context.begin_transaction():
    context.run_migrations()
