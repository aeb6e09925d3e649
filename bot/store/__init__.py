"""Where shares live: one code on SQLAlchemy Core for SQLite and PostgreSQL.

`engine.Store` opens a database and runs jobs in transactions; the other modules are what a job may
do, one module a subject, as plain functions whose first argument is the transaction's connection.
Nothing here decides anything: who may do what, and when, is the business of the jobs.
"""
