from tests.bot.store.fixtures import postgres, sqlite_store, sqlite_url, store, store_url

__all__ = ["postgres", "sqlite_store", "sqlite_url", "store", "store_url"]
